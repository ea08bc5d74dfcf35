/** Names of the header fields that DM uses, in the case in which the harness writes them. */
export const FIELD = {
  contentType: 'Content-Type',
  contentLength: 'Content-Length',
  transferEncoding: 'Transfer-Encoding',
  accept: 'Accept',
  /** Identifies the device: DevInfo/DevID, on #1 and #3 (TS 5.2). */
  deviceId: 'OMADM-DevID',
  /** Other types a server takes; same syntax as `Accept` (TS 5.5, D-20). */
  omadmAccept: 'OMADM-Accept',
  host: 'Host',
  connection: 'Connection',
  location: 'Location',
  cookie: 'Cookie',
  setCookie: 'Set-Cookie',
  authorization: 'Authorization',
  wwwAuthenticate: 'WWW-Authenticate',
  allow: 'Allow',
} as const;

type Fields = readonly (readonly [string, string])[];

/** Values of all fields of that name in wire order; names are compared without case. */
export function fieldValues(fields: Fields, name: string): string[] {
  const wanted = name.toLowerCase();
  const values: string[] = [];
  for (const [field, value] of fields) if (field.toLowerCase() === wanted) values.push(value);
  return values;
}

/** Value of the first field of that name. */
export function fieldValue(fields: Fields, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return fields.find(([field]) => field.toLowerCase() === wanted)?.[1];
}

/** The values of all fields of that name as one list (RFC 9110 5.3); undefined when there is none. */
export function combinedValue(fields: Fields, name: string): string | undefined {
  const values = fieldValues(fields, name);
  return values.length === 0 ? undefined : values.join(', ');
}
