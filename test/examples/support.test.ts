/** Examples for support, tasks and customers, read from servers that behave as their documentation says. */
import {testExamples} from './play.ts';

testExamples(['zendesk']);
