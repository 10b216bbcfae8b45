// What the page remembers of a key and of a pipeline. Bounded.

const MOST_POINTS = 1500;
const MOST_MOMENTS = 720;

// The points of a key: {offset, time, numbers}. A stream that begins again tells what it told before.
export class Points {
  constructor() {
    this.list = [];
    this.last = -1;
  }

  add(points) {
    let added = 0;
    for (const [offset, time, ...numbers] of points) {
      // Offset -1: from before anybody looked; of use at the beginning only.
      if (offset < 0 ? this.last >= 0 || time <= this.list.at(-1)?.time : offset <= this.last) continue;
      if (offset >= 0) this.last = offset;
      this.list.push({ offset, time, numbers });
      added++;
    }

    if (this.list.length > MOST_POINTS) this.list.splice(0, this.list.length - MOST_POINTS);
    return added;
  }

  // When each point's forecast of a horizon is due: steps ahead in time, or so many records later.
  dueAt(index, steps, stepMilliseconds) {
    const { time } = this.list[index];
    if (stepMilliseconds > 0) return time + steps * stepMilliseconds;
    const due = index + steps;
    if (due < this.list.length) return this.list[due].time;
    const last = this.list.length - 1;
    const gap = last > 0 ? (this.list[last].time - this.list[0].time) / last : 0;
    return this.list[last].time + (due - last) * gap;
  }

  // Times between which the value was 0, where it has been more before: [[from, to], ...].
  downTimes() {
    const times = [];
    let hasBeenUp = false;
    let from = null;
    for (const { time, numbers } of this.list) {
      if (numbers[0] !== 0) {
        if (from !== null) times.push([from, time]);
        hasBeenUp = hasBeenUp || numbers[0] !== null;
        from = null;
      } else if (hasBeenUp && from === null) {
        from = time;
      }
    }

    if (from !== null) times.push([from, this.list[this.list.length - 1].time]);
    return times;
  }
}

// What the node has measured of a pipeline, moment by moment.
export class Moments {
  constructor() {
    this.list = [];
  }

  add(moments) {
    for (const moment of moments) {
      if (this.list.length === 0 || moment.time > this.list[this.list.length - 1].time) this.list.push(moment);
    }

    if (this.list.length > MOST_MOMENTS) this.list.splice(0, this.list.length - MOST_MOMENTS);
  }

  get latest() {
    return this.list[this.list.length - 1] ?? null;
  }

  // Records a second between moments: [[time, rate], ...].
  rates() {
    const rates = [];
    for (let i = 1; i < this.list.length; i++) {
      const [before, now] = [this.list[i - 1], this.list[i]];
      if (Number.isFinite(before.records) && Number.isFinite(now.records) && before.records !== null && now.records !== null) {
        rates.push([now.time, Math.max(0, (1000 * (now.records - before.records)) / (now.time - before.time))]);
      }
    }

    return rates;
  }

  // A field of a learner: [[time, value], ...].
  of(learner, field) {
    return this.list.map((moment) => [moment.time, moment.learners.find((one) => one.learner === learner)?.[field] ?? null]);
  }

  all(field) {
    return this.list.map((moment) => [moment.time, moment[field] ?? null]);
  }
}
