/** The page that a browser shows at the end of a sign-in. It loads nothing and has no links. */

export function page({title, text}: {readonly title: string; readonly text: string}): string {
	return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Sluice: ${escaped(title)}</title>
<style>body {font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 20vh auto 0; padding: 0 1rem}</style>
<h1>${escaped(title)}</h1>
<p>${escaped(text)}</p>
</html>
`;
}

function escaped(text: string): string {
	return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
