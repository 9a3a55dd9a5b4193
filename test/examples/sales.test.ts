/** Examples for marketing and sales, read from servers that behave as their documentation says. */
import {testExamples} from './play.ts';

testExamples(['klaviyo', 'mailchimp', 'pipedrive', 'sendgrid', 'twilio']);
