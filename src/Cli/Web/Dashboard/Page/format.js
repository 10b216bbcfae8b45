// Numbers and times as people read them. null stands for "there is none".

const NONE = '–';
const SHORT = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export function number(value, digits = 3) {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-4)) return value.toExponential(2);
  const decimals = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : digits;
  return size >= 1000 ? WHOLE.format(value) : value.toFixed(decimals);
}

// On an axis, and beside it.
export function short(value) {
  return value === null || value === undefined || !Number.isFinite(value) ? NONE : SHORT.format(value);
}

export function count(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  return Math.abs(value) >= 1e7 ? `${(value / 1e6).toFixed(1)} M` : WHOLE.format(value);
}

export function percent(value) {
  return value === null || value === undefined || !Number.isFinite(value) ? NONE : `${(100 * value).toFixed(1)} %`;
}

export function bytes(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${value.toFixed(unit === 0 ? 0 : 1)} ${units[unit]}`;
}

export function seconds(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  if (value === 0) return '0 s';
  return value < 1 ? `${(1000 * value).toFixed(value < 0.01 ? 1 : 0)} ms` : value < 120 ? `${value.toFixed(1)} s` : `${(value / 60).toFixed(0)} min`;
}

// Event times are the world's, whatever the reader's clock: all of them in UTC.
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const two = (part) => String(part).padStart(2, '0');

export function eventTime(milliseconds) {
  const time = new Date(milliseconds);
  if (Number.isNaN(time.getTime())) return NONE;
  return `${DAYS[time.getUTCDay()]} ${two(time.getUTCMonth() + 1)}-${two(time.getUTCDate())} ${two(time.getUTCHours())}:${two(time.getUTCMinutes())}`;
}

export function clock(milliseconds) {
  const time = new Date(milliseconds);
  return Number.isNaN(time.getTime()) ? NONE : `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

export function steps(horizon, stepMilliseconds) {
  if (!stepMilliseconds) return `+${horizon}`;
  const minutes = (horizon * stepMilliseconds) / 60000;
  return minutes >= 60 && minutes % 60 === 0 ? `+${minutes / 60} h` : minutes >= 1 ? `+${Number(minutes.toFixed(1))} min` : `+${Number((60 * minutes).toFixed(1))} s`;
}
