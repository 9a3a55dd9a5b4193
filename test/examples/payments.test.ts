/** Examples for payments and accounts, read from servers that behave as their documentation says. */
import {testExamples} from './play.ts';

testExamples(['paypal', 'quickbooks']);
