/** Examples for shops and their customers, read from servers that behave as their documentation says. */
import {testExamples} from './play.ts';

testExamples(['freshdesk', 'square', 'woocommerce']);
