/** The one function used of bigbluebutton-js, which ships no types. Its `http` and `parseXml` are never used: they lose data and leak checksums. */
declare module 'bigbluebutton-js' {
  export const util: {
    /** `<host>/api/<call>?<query>&checksum=<sha1>`; writes `checksum` into `params`. */
    constructUrl(host: string, secret: string, call: string, params: Record<string, string>): string;
  };
}
