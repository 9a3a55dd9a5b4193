/** Examples for teams and their work, read from servers that behave as their documentation says. */
import {testExamples} from './play.ts';

testExamples(['confluence', 'gitlab', 'jira', 'notion', 'shopify', 'slack']);
