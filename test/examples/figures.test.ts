/** Examples for figures and open data, read from servers that behave as their documentation says. */
import {testExamples} from './play.ts';

testExamples(['google-analytics', 'open-meteo', 'search-console', 'wikipedia']);
