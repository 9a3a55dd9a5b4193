/** `sluice/decoders`: what reads the bodies of responses. */
export {autoDecoder} from '../http/decode/auto.ts';
export {type CsvDecoderOptions, csvDecoder} from '../http/decode/csv.ts';
export type {BodyPlace, DecodedPart, DecodeOptions, Decoder} from '../http/decode/decoder.ts';
export {withEncoding} from '../http/decode/encoding.ts';
export {jsonlDecoder} from '../http/decode/jsonl.ts';
export {type XmlDecoderOptions, xmlDecoder} from '../http/decode/xml.ts';
