/** The 2MASS designation within an APOGEE name of the form 2M17335483-2753043, as an alias; none in other names. */
export function twoMassAlias(name: string): Record<string, string> {
  const designation = /^2M(\d{8}[+-]\d{7})$/.exec(name)?.[1];
  return designation ? { '2mass': designation } : {};
}
