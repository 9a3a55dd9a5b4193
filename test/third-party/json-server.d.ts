/** The part of json-server 0.17 that the tests use; it brings no types. */
declare module 'json-server' {
	import type {RequestListener} from 'node:http';

	interface Application extends RequestListener {
		use(handler: unknown): void;
	}

	const jsonServer: {
		create(): Application;
		/** @param tables Name of a resource → its rows. */
		router(tables: object): unknown;
	};
	export default jsonServer;
}
