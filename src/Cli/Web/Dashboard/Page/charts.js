// What is drawn, with Apache ECharts (global `echarts`), on canvas: text in it is never HTML. Colours are those of style.css.

import { clock, eventTime, number, percent, short } from './format.js';

const OTHERS = ['--other-1', '--other-2', '--other-3', '--other-4', '--other-5'];

// Of a key, so many points at a time; the rest is left of them.
const SHOWN_POINTS = 420;
const SHARE_BINS = 40;
const COST_WINDOW = 60;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function axis(extra = {}) {
  return {
    axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: colour('--quiet'), fontSize: 11, hideOverlap: true },
    splitLine: { show: false }, ...extra,
  };
}

function valueAxis(extra = {}) {
  return axis({ type: 'value', splitNumber: 4, splitLine: { lineStyle: { color: colour('--line') } }, ...extra });
}

function base(extra) {
  return {
    animation: false, useUTC: true, textStyle: { fontFamily: 'inherit', color: colour('--ink') },
    legend: { top: 0, left: 0, itemWidth: 16, itemHeight: 8, textStyle: { color: colour('--quiet'), fontSize: 11.5 }, icon: 'roundRect' },
    ...extra,
  };
}

// Plain text drawn on the canvas.
function tooltip(format) {
  return {
    trigger: 'axis', renderMode: 'richText', confine: true, transitionDuration: 0, backgroundColor: colour('--raised'), borderColor: colour('--line'),
    textStyle: { color: colour('--ink'), fontSize: 12 }, axisPointer: { type: 'line', lineStyle: { color: colour('--quiet'), type: 'dashed' } }, formatter: format,
  };
}

function line(name, data, colourName, extra = {}) {
  return {
    name, type: 'line', data, showSymbol: false, connectNulls: false, lineStyle: { width: 1.7, color: colour(colourName) }, itemStyle: { color: colour(colourName) },
    emphasis: { disabled: true }, ...extra,
  };
}

export class Charts {
  constructor(elements) {
    this.charts = Object.fromEntries(Object.entries(elements).map(([name, element]) => [name, echarts.init(element, null, { renderer: 'canvas' })]));
    const observer = new ResizeObserver(() => Object.values(this.charts).forEach((chart) => chart.resize()));
    Object.values(elements).forEach((element) => observer.observe(element));
  }

  clear() {
    Object.values(this.charts).forEach((chart) => chart.clear());
  }

  // Whether the chart has something drawn: for whoever tests the page.
  draw(name, option) {
    this.charts[name].setOption(option, { replaceMerge: ['series', 'xAxis', 'yAxis', 'grid'], lazyUpdate: true });
    this.charts[name].getDom().dataset.points = String(Math.max(0, ...option.series.map((series) => series.data?.length ?? 0)));
  }

  // Value against forecast, with its interval; drift as lines, times at 0 as areas.
  forecast(points, plan, horizon, events) {
    const first = Math.max(0, points.list.length - SHOWN_POINTS);
    const shown = points.list.slice(first);
    const place = 1 + 3 * horizon;
    const values = shown.map(({ time, numbers }) => [time, numbers[0]]);
    const [forecasts, low, width] = [[], [], []];
    shown.forEach(({ numbers }, i) => {
      const due = points.dueAt(first + i, plan.horizons[horizon], plan.step_ms);
      forecasts.push([due, numbers[place]]);
      low.push([due, numbers[place + 1]]);
      width.push([due, numbers[place + 2] - numbers[place + 1]]);
    });
    const start = shown[0]?.time ?? 0;
    const marks = events.filter((event) => event.time >= start && event.kind !== 'alert-cleared').map((event) => ({
      xAxis: event.time, name: event.kind,
      lineStyle: { color: colour(event.kind === 'drift' ? '--drift' : event.kind === 'alert' ? '--warn' : '--quiet'), type: 'dashed', width: 1.3 },
      label: { formatter: event.kind, color: colour(event.kind === 'drift' ? '--drift' : '--warn'), fontSize: 10.5, position: 'insideEndTop' },
    }));
    const down = points.downTimes().filter(([, to]) => to >= start).map(([from, to]) => [
      { xAxis: Math.max(from, start), name: 'down', itemStyle: { color: colour('--bad-ground') }, label: { color: colour('--bad'), position: 'insideTop', fontSize: 11 } },
      { xAxis: to },
    ]);
    const byTime = new Map(forecasts.map(([due, value], i) => [due, [value, low[i][1], low[i][1] + width[i][1]]]));
    const invisible = { lineStyle: { opacity: 0 }, stack: 'interval', stackStrategy: 'all', silent: true };
    const name = `forecast, ${Math.round(100 * plan.coverage)} % interval`;
    this.draw('key', base({
      grid: { left: 8, right: 14, top: 30, bottom: 4, containLabel: true },
      xAxis: axis({ type: 'time', axisLine: { show: true, lineStyle: { color: colour('--line') } } }),
      yAxis: valueAxis({ scale: true, axisLabel: { color: colour('--quiet'), fontSize: 11, formatter: short } }),
      legend: { ...base({}).legend, data: ['value', name] },
      tooltip: tooltip(([at]) => {
        if (!at) return '';
        const time = at.value[0];
        const value = values.find(([when]) => when === time)?.[1];
        const said = byTime.get(time);
        return `${eventTime(time)}\nvalue ${number(value)}${said ? `\nforecast ${number(said[0])}\nfrom ${number(said[1])} to ${number(said[2])}` : ''}`;
      }),
      series: [
        line('low', low, '--forecast', invisible),
        line('high', width, '--forecast', { ...invisible, areaStyle: { color: colour('--band'), opacity: 1 } }),
        line(name, forecasts, '--forecast', { lineStyle: { width: 1.4, color: colour('--forecast') } }),
        line('value', values, '--value', {
          lineStyle: { width: 2, color: colour('--value') },
          markLine: { symbol: 'none', silent: true, data: marks },
          markArea: { silent: true, data: down },
        }),
      ],
    }));
  }

  // Mean cost of the last decisions that have had their feedback, and how often each action was chosen.
  decisions(points, plan) {
    const [costs, decisions] = [[], []];
    let [sum, window] = [0, []];
    for (const { time, numbers: [action, , cost] } of points.list) {
      if (action !== null) decisions.push([time, action]);
      if (cost === null) continue;
      window.push(cost);
      sum += cost;
      if (window.length > COST_WINDOW) sum -= window.shift();
      if (window.length >= COST_WINDOW / 4) costs.push([time, sum / window.length]);
    }

    const actions = [...new Set(decisions.map(([, action]) => action))].sort((a, b) => a - b).slice(0, 12);
    const bin = Math.max(1, Math.ceil(decisions.length / SHARE_BINS));
    const shares = actions.map(() => []);
    for (let from = 0; from + bin <= decisions.length; from += bin) {
      const part = decisions.slice(from, from + bin);
      actions.forEach((action, i) => shares[i].push([part[part.length - 1][0], part.filter(([, chosen]) => chosen === action).length / part.length]));
    }

    const names = actions.map((action) => plan.actions[action] ?? `action ${action + 1}`);
    const palette = ['--forecast', ...OTHERS, '--good', '--bad'];
    const costName = `mean cost of ${COST_WINDOW} decisions`;
    this.draw('key', base({
      grid: [{ left: 8, right: 14, top: 30, height: '38%', containLabel: true }, { left: 8, right: 14, top: '56%', bottom: 4, containLabel: true }],
      xAxis: [
        axis({ type: 'time', gridIndex: 0, axisLine: { show: true, lineStyle: { color: colour('--line') } } }),
        axis({ type: 'time', gridIndex: 1, axisLine: { show: true, lineStyle: { color: colour('--line') } } }),
      ],
      yAxis: [
        valueAxis({ gridIndex: 0, scale: true, axisLabel: { color: colour('--quiet'), fontSize: 11, formatter: short } }),
        valueAxis({ gridIndex: 1, min: 0, max: 1, interval: 0.25, axisLabel: { color: colour('--quiet'), fontSize: 11, formatter: (value) => `${Math.round(100 * value)} %` } }),
      ],
      tooltip: tooltip((all) => all.length === 0 ? '' : [eventTime(all[0].value[0]), ...all.map((one) =>
        one.seriesName === costName ? `cost ${number(one.value[1])}` : `${one.seriesName} ${percent(one.value[1])}`)].join('\n')),
      series: [
        line(costName, costs, '--value', { xAxisIndex: 0, yAxisIndex: 0 }),
        ...names.map((name, i) => line(name, shares[i], palette[i % palette.length], {
          xAxisIndex: 1, yAxisIndex: 1, stack: 'shares', lineStyle: { width: 0 }, areaStyle: { color: colour(palette[i % palette.length]), opacity: 0.75 },
        })),
      ],
    }));
  }

  // Classes: the share that was right of the last ones whose label came with them, and the probability of what was said. Numbers: what was said and what was right.
  predictions(points, classes) {
    const [said, right] = [[], []];
    const window = [];
    for (const { time, numbers: [prediction, probability, target] } of points.list.slice(-SHOWN_POINTS)) {
      if (prediction !== null) said.push([time, classes ? probability : prediction]);
      if (!classes && target !== null) right.push([time, target]);
      if (!classes || prediction === null || target === null) continue;
      window.push(prediction === target ? 1 : 0);
      if (window.length > COST_WINDOW) window.shift();
      if (window.length >= COST_WINDOW / 4) right.push([time, window.reduce((sum, one) => sum + one, 0) / window.length]);
    }

    const [saidName, rightName] = classes ? ['probability of the class', `right of ${COST_WINDOW}`] : ['predicted', 'right'];
    this.draw('key', base({
      grid: { left: 8, right: 14, top: 30, bottom: 4, containLabel: true },
      xAxis: axis({ type: 'time', axisLine: { show: true, lineStyle: { color: colour('--line') } } }),
      yAxis: valueAxis(classes ? { min: 0, max: 1 } : { scale: true, axisLabel: { color: colour('--quiet'), fontSize: 11, formatter: short } }),
      tooltip: tooltip((all) => all.length === 0 ? '' : [eventTime(all[0].value[0]), ...all.map((one) => `${one.seriesName} ${number(one.value[1])}`)].join('\n')),
      series: [
        line(saidName, said, '--forecast', { lineStyle: { width: 1.4, color: colour('--forecast') } }),
        line(rightName, right, '--value', { lineStyle: { width: 2, color: colour('--value') } }),
      ],
    }));
  }

  // A score of every learner, moment by moment.
  scores(moments, plan, field, more = []) {
    const series = [
      ...plan.learners.map((learner, i) => line(
        learner, moments.of(learner, field), i === 0 ? '--value' : OTHERS[(i - 1) % OTHERS.length], i === 0 ? { lineStyle: { width: 2.4, color: colour('--value') }, z: 5 } : {})),
      ...more.map(([name, data]) => line(name, data, '--forecast', { lineStyle: { width: 2, type: 'dashed', color: colour('--forecast') }, z: 4 })),
    ];
    const option = this.overTime(series, short);
    Object.assign(option.yAxis, this.rangeOf(plan, moments, field));
    this.draw('scores', option);
  }

  // A rival that is far off would make all others one line: it goes out of the picture instead.
  rangeOf(plan, moments, field) {
    const all = plan.learners.flatMap((learner) => moments.of(learner, field).map(([, value]) => value)).filter((value) => value !== null);
    const own = moments.of(plan.learners[0], field).map(([, value]) => value).filter((value) => value !== null);
    if (field.startsWith('skill')) return Math.min(...all) < -1 ? { min: -1 } : {};
    const most = Number((2.5 * Math.max(...own)).toPrecision(1));
    return field.startsWith('mae') && own.length > 0 && Math.max(...all) > most ? { min: 0, max: most } : {};
  }

  flow(moments) {
    const lag = moments.list.map((moment) => [moment.time, moment.lag === null || moment.lag === undefined ? null : moment.lag + (moment.source_lag ?? 0)]);
    this.draw('flow', {
      ...this.overTime([
        line('records/s', moments.rates(), '--value', { areaStyle: { color: colour('--value'), opacity: 0.12 } }),
        line('lag, records', lag, '--bad', { yAxisIndex: 1, lineStyle: { width: 1.4, color: colour('--bad') } }),
      ], short),
      yAxis: [valueAxis({ min: 0 }), valueAxis({ min: 0, minInterval: 1, splitLine: { show: false }, max: ({ max }) => Math.max(10, max) })],
    });
  }

  // Of this node: by its clock, as the reader's is set.
  overTime(series, format) {
    return base({
      useUTC: false,
      grid: { left: 8, right: 12, top: 30, bottom: 2, containLabel: true },
      xAxis: axis({ type: 'time', axisLine: { show: true, lineStyle: { color: colour('--line') } } }),
      yAxis: valueAxis({ scale: true, axisLabel: { color: colour('--quiet'), fontSize: 11, formatter: format } }),
      tooltip: tooltip((all) => all.length === 0 ? '' : [clock(all[0].value[0]), ...all.map((one) => `${one.seriesName} ${format(one.value[1])}`)].join('\n')),
      series,
    });
  }
}
