// The page: what is chosen, what has come, and who shows it.

import { Charts } from './charts.js';
import { count, number, percent, steps } from './format.js';
import { Live } from './live.js';
import { Moments, Points } from './series.js';
import * as views from './views.js';

const TYPING = 300;
const MOST_KEYS = 100;
const RATE_SECONDS = 5;

const FORECAST_MEASURES = [['error', 'mae_fading'], ['skill', 'skill_fading'], ['error since the start', 'mae']];
const BANDIT_MEASURES = [['cost, estimated', 'doubly_robust']];
const CLASS_MEASURES = [['accuracy', 'accuracy_fading'], ['kappa', 'kappa_fading'], ['log loss', 'log_loss_fading'], ['accuracy since the start', 'accuracy']];

const $ = (id) => document.getElementById(id);

const chosen = { pipeline: null, key: null, horizon: 0, measure: 0 };
let plan = null;
let points = new Points();
let moments = new Moments();
let state = null;
let counts = [];

const charts = new Charts({ key: $('key-chart'), scores: $('scores-chart'), flow: $('flow-chart') });
const live = new Live({ state: onState, connection: (text, kind) => views.show($('connection'), text, kind), token: askToken });

function ask() {
  const query = new URLSearchParams({ most: MOST_KEYS, order: $('order').value });
  if (chosen.pipeline !== null) query.set('pipeline', chosen.pipeline);
  if (chosen.key !== null) {
    query.set('key', chosen.key.key);
    query.set('partition', chosen.key.partition);
  }

  const text = $('search').value.trim();
  if (text !== '') query.set('search', text);
  live.choose(query.toString());
}

function choosePipeline(name) {
  if (name === chosen.pipeline) return;
  Object.assign(chosen, { pipeline: name, key: null, horizon: 0, measure: 0 });
  [plan, points, moments, counts] = [null, new Points(), new Moments(), []];
  $('search').value = '';
  charts.clear();
  ask();
}

function chooseKey(key, partition) {
  if (chosen.key !== null && chosen.key.key === key && chosen.key.partition === partition) return;
  chosen.key = { key, partition };
  points = new Points();
  ask();
}

function onState(next) {
  state = next;
  const now = next.chosen;
  if (now) {
    if (chosen.pipeline === null) chosen.pipeline = now.name;
    plan = now.plan ?? plan;
    moments.add(now.moments);
    if (now.watched && chosen.key !== null && now.watched.key === chosen.key.key) points.add(now.watched.points);
    const first = now.keys.rows[0];
    if (chosen.key === null && first) {
      chooseKey(first.key, first.partition);
    }
  }

  render();
}

function rate(pipeline) {
  counts.push([state.time, pipeline.records ?? 0]);
  while (counts.length > 2 && state.time - counts[0][0] > 1000 * RATE_SECONDS) counts.shift();
  const [[from, before], [to, after]] = [counts[0], counts[counts.length - 1]];
  return to > from ? Math.max(0, (1000 * (after - before)) / (to - from)) : null;
}

function render() {
  const { node, pipelines, chosen: now } = state;
  const problems = views.faults(node.checks).map(([name, finding]) => `${name}: ${finding}`);
  views.show($('node'), views.nodeFacts(node));
  views.show($('ready'), node.ready ? 'ready' : 'not ready', node.ready ? 'good' : 'bad');
  views.pipelines($('pipelines'), pipelines, chosen.pipeline ?? pipelines[0]?.name, choosePipeline);
  const pipeline = pipelines.find((one) => one.name === (chosen.pipeline ?? pipelines[0]?.name));
  if (pipeline?.problem) problems.unshift(`pipeline ${pipeline.name} has failed: ${pipeline.problem}`);
  views.show($('problem'), problems.join('; '));
  views.cluster($('members'), $('checks'), node, pipeline);
  views.show($('cluster-facts'), views.clusterFacts(node));
  if (!pipeline || !now || !plan) return;

  const moment = moments.latest;
  views.tiles($('tiles'), views.tilesOf(pipeline, moment, now.keys, rate(pipeline)));
  views.keys($('keys'), now.keys, plan, pipeline.task, chosen.horizon, chosen.key, chooseKey);
  const { rows, matching, total } = now.keys;
  views.show($('keys-count'), rows.length < total ? `${count(rows.length)} of ${count(matching)}${matching < total ? ` that match, of ${count(total)}` : ''}` : count(total));
  views.events($('events'), now.events, chooseKey);
  $('events-empty').hidden = now.events.length > 0;
  views.show($('events-count'), now.events.length > 0 ? `the last ${now.events.length}` : '');
  views.show($('flow-facts'), `${count(pipeline.partitions_here)} of ${count(pipeline.partitions)} partitions read here`);
  charts.flow(moments);
  renderScores(pipeline);
  renderKey(pipeline, now);
}

function renderScores(pipeline) {
  const bandit = pipeline.task === 'bandit';
  const measures = bandit ? BANDIT_MEASURES : pipeline.task === 'classify' ? CLASS_MEASURES : FORECAST_MEASURES;
  chosen.measure = Math.min(chosen.measure, measures.length - 1);
  $('scores-title').textContent = bandit ? 'Cost against rivals' : pipeline.task === 'classify' ? 'Accuracy against baselines' : 'Error against baselines';
  views.choices($('measures'), measures.map(([name]) => name), chosen.measure, (measure) => {
    chosen.measure = measure;
    render();
  });
  charts.scores(moments, plan, measures[chosen.measure][1], bandit ? [['cost, fading', moments.all('loss_fading')]] : []);
}

function renderKey(pipeline, now) {
  const row = now.keys.rows.find((one) => chosen.key !== null && one.key === chosen.key.key && one.partition === chosen.key.partition);
  $('key-name').textContent = chosen.key?.key ?? 'no key chosen';
  views.show($('key-status'), row && row.status !== 'ok' ? row.status : '', row?.status === 'down' ? 'bad' : 'warn');
  $('horizons').hidden = pipeline.task !== 'forecast';
  const empty = points.list.length === 0;
  $('key-empty').hidden = !empty;
  $('key-chart').hidden = empty;
  if (empty) {
    $('key-empty').textContent = now.watched && !now.watched.known ? 'its learners are not in memory now: they come with its next record' : 'waiting for its next record';
    $('key-chart').dataset.points = '0';
    return;
  }

  if (pipeline.task === 'bandit') {
    views.show($('key-facts'), row ? `${count(row.decisions)} decisions, mean cost ${number(row.loss)}` : '');
    charts.decisions(points, plan);
    return;
  }

  if (pipeline.task !== 'forecast') {
    views.show($('key-facts'), row ? `${count(row.predicted)} predicted · error ${number(row.error)}, of the last one ${number(row.baseline_error)} · ${count(row.waiting)} wait` : '');
    charts.predictions(points, pipeline.task === 'classify');
    return;
  }

  views.show($('key-facts'), row ? `value ${number(row.value)} · error ${number(row.error)} · skill ${percent(row.skill)}` : '');
  views.choices($('horizons'), plan.horizons.map((horizon) => steps(horizon, plan.step_ms)), chosen.horizon, (horizon) => {
    chosen.horizon = horizon;
    render();
  });
  charts.forecast(points, plan, chosen.horizon, now.events.filter((event) => event.key === chosen.key.key && event.partition === chosen.key.partition));
}

function askToken(problem) {
  views.show($('token-problem'), problem);
  if (!$('token-dialog').open) $('token-dialog').showModal();
  $('token').focus();
}

$('token-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const token = $('token').value.trim();
  if (token === '') return;
  $('token').value = '';
  $('token-dialog').close();
  live.useToken(token);
});
$('token-dialog').addEventListener('cancel', (event) => event.preventDefault());

let typing = 0;
$('search').addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(ask, TYPING);
});
$('order').addEventListener('change', ask);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => state && render());

ask();
