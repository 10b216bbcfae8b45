// What is written. Everything that comes from the node goes in as text.

import { bytes, count, eventTime, number, percent, seconds, steps } from './format.js';

export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function set(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function show(node, text, kind) {
  set(node, text);
  node.hidden = text === '';
  node.className = node.className.replace(/ ?is-\w+/g, '') + (kind ? ` is-${kind}` : '');
}

// Makes a list's children those of the rows, keeping what stays.
function reconcile(parent, rows, idOf, make, fill) {
  const had = new Map([...parent.children].map((child) => [child.dataset.id, child]));
  rows.forEach((row, place) => {
    const id = idOf(row);
    let child = had.get(id);
    if (child === undefined) {
      child = make(row);
      child.dataset.id = id;
    } else {
      had.delete(id);
    }

    fill(child, row);
    if (parent.children[place] !== child) parent.insertBefore(child, parent.children[place] ?? null);
  });
  had.forEach((child) => child.remove());
}

function cells(row, texts) {
  while (row.children.length < texts.length) row.append(element('td', row.children.length === 0 ? 'text name' : ''));
  texts.forEach((text, i) => set(row.children[i].querySelector('.label') ?? row.children[i], text));
}

function heads(table, names) {
  const head = table.tHead;
  if (head.dataset.names === names.join('|')) return;
  head.dataset.names = names.join('|');
  const row = element('tr');
  names.forEach((name, i) => row.append(element('th', i === 0 ? 'text' : '', name)));
  head.replaceChildren(row);
  table.tBodies[0].replaceChildren();
}

export function choices(parent, names, chosen, choose) {
  if (parent.dataset.names !== names.join('|')) {
    parent.dataset.names = names.join('|');
    parent.replaceChildren(...names.map((name, i) => {
      const button = element('button', '', name);
      button.type = 'button';
      button.addEventListener('click', () => choose(i));
      return button;
    }));
  }

  [...parent.children].forEach((button, i) => button.setAttribute('aria-pressed', String(i === chosen)));
}

export function pipelines(parent, list, chosen, choose) {
  reconcile(parent, list, (pipeline) => pipeline.name, (pipeline) => {
    const button = element('button', '', pipeline.name);
    button.type = 'button';
    button.append(element('span', 'task'));
    button.addEventListener('click', () => choose(pipeline.name));
    return button;
  }, (button, pipeline) => {
    const state = button.lastChild;
    set(state, `${pipeline.task}, ${pipeline.state}`);
    state.className = `task${pipeline.state === 'failed' ? ' is-bad' : ''}`;
    button.setAttribute('aria-pressed', String(pipeline.name === chosen));
  });
}

export function tiles(parent, list) {
  reconcile(parent, list, ({ name }) => name, () => {
    const tile = element('div', 'tile');
    const figure = element('div', 'figure');
    figure.append(element('span', 'label'), element('span', 'unit'));
    tile.append(element('div', 'name'), figure, element('div', 'note'));
    return tile;
  }, (tile, { name, figure, unit, note, kind }) => {
    set(tile.children[0], name);
    set(tile.children[1].children[0], figure);
    set(tile.children[1].children[1], unit ?? '');
    set(tile.children[2], note ?? '');
    tile.className = `tile${kind ? ` ${kind}` : ''}`;
  });
}

export function tilesOf(pipeline, moment, keys, rate) {
  const waits = pipeline.lag > 0;
  const all = [
    { name: 'Records', figure: number(rate, 1), unit: 'a second', note: `${count(pipeline.records)} records` },
    { name: 'Lag', figure: count(pipeline.lag ?? null), unit: 'records', note: waits ? `${seconds(pipeline.lag_time)} behind` : 'nothing waits' },
    { name: 'Answer, median', figure: seconds(moment?.answer_p50), note: `p99 ${seconds(moment?.answer_p99)}` },
  ];
  if (pipeline.task === 'bandit') {
    all.push(
      { name: 'Mean cost, fading', figure: number(moment?.loss_fading), note: `in all ${number(moment?.loss)}` },
      { name: 'Mean feedback', figure: number(moment?.reward), note: `${count(moment?.waiting)} decisions wait` },
      { name: 'Regret, estimated', figure: number(moment?.regret), note: 'to the best rival' },
      { name: 'Propensity', figure: number(moment?.propensity), note: 'of what was chosen' });
  } else if (pipeline.task !== 'forecast') {
    const own = moment?.learners[0];
    const classes = pipeline.task === 'classify';
    all.push(
      classes
        ? { name: 'Accuracy, fading', figure: percent(own?.accuracy_fading), note: `kappa ${number(own?.kappa_fading)}` }
        : { name: 'Error, fading', figure: number(own?.mae_fading, 4), note: 'in units of the scale' },
      classes
        ? { name: 'Log loss, fading', figure: number(own?.log_loss_fading), note: `temporal kappa ${number(own?.kappa_temporal_fading)}` }
        : { name: 'Skill, fading', figure: percent(own?.skill_fading), note: 'over the last target', kind: own?.skill_fading > 0 ? 'good' : own?.skill_fading < 0 ? 'bad' : '' },
      { name: 'Labels', figure: count(moment?.learned), note: `${count(moment?.waiting)} records wait, ${count(moment?.missed)} had none` },
      { name: 'Largest weight', figure: number(moment?.max_weight), note: `a mini-batch is worth ${number(moment?.effective_sample_size, 1)} samples` });
  } else {
    const own = moment?.learners[0];
    const skill = own?.skill_fading;
    all.push(
      { name: 'Skill, fading', figure: percent(skill), note: 'over the last value', kind: skill > 0 ? 'good' : skill < 0 ? 'bad' : '' },
      { name: 'Error, fading', figure: number(own?.mae_fading, 4), note: 'in units of the scale' },
      { name: 'Drift alarms', figure: count(pipeline.drift_alarms), note: 'since the start' },
      { name: 'Alerts', figure: count(pipeline.alerts_raised), note: 'since the start' });
  }

  const down = keys?.rows.filter((row) => row.status === 'down').length ?? 0;
  all.push(
    { name: 'Keys', figure: count(keys?.total), note: down > 0 ? `${down} down` : keys?.silent_buckets > 0 ? `${keys.silent_buckets} buckets silent` : '', kind: down > 0 ? 'bad' : '' },
    { name: 'Dead letters', figure: count(pipeline.dead_letters), note: pipeline.rewinds > 0 ? `${count(pipeline.rewinds)} rewinds` : '', kind: pipeline.dead_letters > 0 ? 'bad' : '' });
  return all;
}

function weightOf(row) {
  return row.status === 'down' ? 0 : row.status === 'alert' ? 1 : 2;
}

export function keys(table, list, plan, task, horizon, chosen, choose) {
  const bandit = task === 'bandit';
  const labelled = !bandit && task !== 'forecast';
  heads(table, bandit
    ? ['key', 'decisions', 'cost', 'fading', 'waiting']
    : labelled ? ['key', 'predicted', 'error', 'last one’s', task === 'classify' ? 'kappa' : 'skill', 'waiting']
    : ['key', 'value', steps(plan.horizons[horizon], plan.step_ms), 'error', 'skill', 'alarms']);
  // What is not well comes first.
  const rows = [...list.rows].sort((a, b) => weightOf(a) - weightOf(b));
  reconcile(table.tBodies[0], rows, (row) => `${row.partition} ${row.key}`, (row) => {
    const made = element('tr', 'choosable');
    made.tabIndex = 0;
    const name = element('td', 'text name');
    name.append(element('span', 'label'), element('span', 'tag'));
    made.append(name);
    made.addEventListener('click', () => choose(row.key, row.partition));
    made.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        choose(row.key, row.partition);
      }
    });
    return made;
  }, (made, row) => {
    cells(made, bandit
      ? [row.key, count(row.decisions), number(row.loss), number(row.loss_fading), count(row.waiting)]
      : labelled ? [row.key, count(row.predicted), number(row.error), number(row.baseline_error), number(row.skill), count(row.waiting)]
      : [row.key, number(row.value), number(row.forecasts?.[horizon]?.[0]), number(row.error), percent(row.skill), count((row.drift_alarms ?? 0) + (row.alerts_raised ?? 0))]);
    made.className = `choosable status-${row.status}`;
    made.title = row.key;
    made.setAttribute('aria-selected', String(chosen !== null && row.key === chosen.key && row.partition === chosen.partition));
    const tag = made.children[0].children[1];
    show(tag, row.status === 'ok' ? '' : row.status, row.status === 'down' ? 'bad' : 'warn');
  });
}

function said(event) {
  switch (event.kind) {
    case 'drift': return ['drift', 'drift', `${event.detector} on ${event.on}${event.reaction ? `, ${event.reaction}` : ''}`];
    case 'alert': return ['alert', 'warn', `will be above ${number(event.threshold)} in ${event.horizon} steps`];
    case 'alert-cleared': return ['cleared', 'good', `below ${number(event.threshold)}`];
    case 'recovery': return ['recovery', 'bad', `${event.learner} is back at its last good state`];
    default: return [event.kind, '', ''];
  }
}

export function events(parent, list, choose) {
  reconcile(parent, list, (event) => `${event.partition} ${event.offset} ${event.kind} ${event.detector ?? ''}${event.learner ?? ''}`, (event) => {
    const made = element('li');
    const [name, kind, detail] = said(event);
    made.append(
      element('span', 'when', eventTime(event.time)), element('span', `tag is-${kind}`, name), element('span', 'what', event.key), element('span', 'detail', detail));
    made.dataset.kind = event.kind;
    made.addEventListener('click', () => choose(event.key, event.partition));
    return made;
  }, () => {});
}

// Checks that found something wrong. One that is well may have more to say behind "ok;".
export function faults(checks) {
  return Object.entries(checks).filter(([, finding]) => finding !== 'ok' && !finding.startsWith('ok;'));
}

export function cluster(table, checks, node, pipeline) {
  heads(table, ['member', 'roles', 'status', 'shards']);
  reconcile(table.tBodies[0], node.members ?? [], (member) => member.address, () => element('tr'), (row, member) => {
    const shards = pipeline?.shards?.find((one) => one.node === member.address)?.shards;
    cells(row, [member.address, member.roles.join(', '), member.reachable ? member.status : `${member.status}, cannot be reached`, count(Array.isArray(shards) ? shards.length : shards)]);
    row.className = member.reachable ? '' : 'status-down';
  });
  reconcile(checks, faults(node.checks ?? {}), ([name]) => name, () => element('li', 'is-bad'), (item, [name, finding]) => set(item, `${name}: ${finding}`));
}

export function nodeFacts(node) {
  return [node.address?.replace('akka.tcp://streamlearn@', ''), node.roles?.join(', ')].filter(Boolean).join(' · ');
}

export function clusterFacts(node) {
  return [
    node.cpu_cores === null || node.cpu_cores === undefined ? '' : `${number(node.cpu_cores, 2)} cores busy here`,
    node.memory ? bytes(node.memory) : '',
    node.tensors ? `${count(node.tensors)} tensors` : '',
  ].filter(Boolean).join(' · ');
}
