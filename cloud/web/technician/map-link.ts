/**
 * An address that opens the map application of the phone, RFC 5870; phones of Apple know their own.
 * @param userAgent of the browser
 */
export const mapLink = (
  { latitude, longitude }: { readonly latitude: number; readonly longitude: number },
  name: string,
  userAgent: string,
): string => {
  const at = `${latitude},${longitude}`;
  return /iPhone|iPad|iPod/.test(userAgent)
    ? `maps://?daddr=${at}&q=${encodeURIComponent(name)}`
    : `geo:${at}?q=${at}(${encodeURIComponent(name)})`;
};
