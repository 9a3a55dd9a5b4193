/** Opens a page in the browser of the user. */
import {spawn} from 'node:child_process';

/** Returns whether a browser was started. It never waits for the browser, and never fails. */
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
	// On Windows, `start` is a command of the shell, which interprets the & of a URL.
	if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
	const {DISPLAY, WAYLAND_DISPLAY, BROWSER} = process.env;
	// Without a display it would start a browser for terminals, which the user does not see.
	return DISPLAY || WAYLAND_DISPLAY || BROWSER ? ['xdg-open'] : [];
}
