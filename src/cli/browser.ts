/** Opens a page in the browser of whoever sits at this machine. */
import {spawn} from 'node:child_process';

/** Whether a browser was started. It never waits for the browser, and never fails. */
export async function openBrowser(url: string): Promise<boolean> {
	const [command, ...words] = commandFor(process.platform);
	if (command === undefined) return false;
	return new Promise(resolve => {
		const child = spawn(command, [...words, url], {detached: true, stdio: 'ignore'});
		child.once('error', () => resolve(false));
		child.once('spawn', () => resolve(true));
		child.unref();
	});
}

function commandFor(platform: NodeJS.Platform): readonly string[] {
	if (platform === 'darwin') return ['open'];
	// `start` is a word of the shell there, which takes the & of a URL for its own.
	if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
	const {DISPLAY, WAYLAND_DISPLAY, BROWSER} = process.env;
	// Elsewhere it would start a browser for terminals, which nobody sees.
	return DISPLAY || WAYLAND_DISPLAY || BROWSER ? ['xdg-open'] : [];
}
