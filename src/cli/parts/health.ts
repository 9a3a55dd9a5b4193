/** `/healthz` of a worker, for orchestrators that ask whether it lives. */
import {createServer} from 'node:http';
import {ConfigError} from '../../core/errors.ts';
import {messageOf} from '../../core/stage.ts';

/** Answers 200 while `isWell`, else 503. Returns a function that ends it. */
export async function serveHealth(port: number, isWell: () => boolean): Promise<() => void> {
	const server = createServer((request, response) => {
		const status = request.url !== '/healthz' ? 404 : isWell() ? 200 : 503;
		response.writeHead(status, {'content-type': 'text/plain'}).end(status === 200 ? 'ok\n' : 'not well\n');
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', error => reject(new ConfigError(`--health-port ${port}: ${messageOf(error)}`)));
		server.listen(port, resolve);
	});
	return () => {
		server.closeAllConnections();
		server.close();
	};
}
