/** The options of every verb. */
export const globalOptions = {
	quiet: {alias: 'q', type: 'boolean', describe: 'Say nothing but errors', global: true},
	verbose: {alias: 'v', type: 'boolean', describe: 'Say what is requested and retried', global: true},
	log: {
		choices: ['text', 'json'],
		default: 'text',
		describe: 'Form of the messages on stderr',
		global: true,
	},
} as const;
