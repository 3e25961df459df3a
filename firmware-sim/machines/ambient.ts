const dayHours = 24;
const yearHours = 365.25 * dayHours;

/**
 * Air in a machine hall, from the climate outdoors: yearly mean and swing by latitude (a line through the 1991-2020
 * normals of Hanko, Tampere and Sodankylä of the Finnish Meteorological Institute), coldest at the end of January and
 * at 4 local time; walls and heating leave about a third of the swing.
 * @param hour hours since the epoch, UTC.
 */
export const hallTemperatureC = (latitudeDeg: number, hour: number): number => {
  const mean = 28 - 0.38 * Math.abs(latitudeDeg);
  const yearly = -(0.2 * Math.abs(latitudeDeg)) * Math.cos((2 * Math.PI * (hour - 27 * dayHours)) / yearHours);
  const daily = -3.5 * Math.cos((2 * Math.PI * (((hour + 2) % dayHours) - 4)) / dayHours);
  return 19 + 0.35 * (mean + yearly + daily - 5);
};
