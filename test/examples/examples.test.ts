/** Examples of the catalogue, read from servers that behave as their documentation says. */
import {testExamples} from './play.ts';

testExamples(['github', 'hubspot', 'stripe']);
