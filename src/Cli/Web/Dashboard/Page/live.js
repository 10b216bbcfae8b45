// The node's stream of events. EventSource can send no header, and a token has no place in an address: it is read with fetch.

const TOKEN = 'streamlearn.token';
const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;

// Nothing for so long, not even a comment: the connection is dead.
const LONGEST_SILENCE = 15000;

export class Live {
  // on: { state(data), connection(text, kind), token(problem) }
  constructor(on) {
    this.on = on;
    this.query = null;
    this.turn = 0;
    this.controller = null;
  }

  // Asks for something else from now on.
  choose(query) {
    this.query = query;
    this.turn++;
    this.controller?.abort();
    this.run(this.turn);
  }

  useToken(token) {
    sessionStorage.setItem(TOKEN, token);
    this.choose(this.query);
  }

  async run(turn) {
    let wait = FIRST_WAIT;
    while (turn === this.turn) {
      const began = performance.now();
      const answer = await this.read(turn);
      if (turn !== this.turn || answer === 'token') return;
      wait = performance.now() - began > LONGEST_WAIT ? FIRST_WAIT : Math.min(2 * wait, LONGEST_WAIT);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  // Reads a stream to its end.
  async read(turn) {
    const controller = new AbortController();
    this.controller = controller;
    let watchdog = 0;
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => controller.abort(), LONGEST_SILENCE);
    };
    alive();
    try {
      const token = sessionStorage.getItem(TOKEN);
      const response = await fetch(`/v1/live?${this.query}`, {
        headers: token === null ? {} : { Authorization: `Bearer ${token}` },
        cache: 'no-store', redirect: 'error', signal: controller.signal,
      });
      if (response.status === 401) {
        sessionStorage.removeItem(TOKEN);
        this.on.connection('token needed', 'warn');
        this.on.token(token === null ? '' : 'That is not the token of this node.');
        return 'token';
      }

      if (!response.ok) {
        const problem = await response.json().catch(() => null);
        this.on.connection(problem?.detail ?? `the node answers with ${response.status}`, 'bad');
        return 'refused';
      }

      this.on.connection('live', 'good');
      await this.take(response.body, turn, alive);
    } catch {
      // Gone, or told to end.
    } finally {
      clearTimeout(watchdog);
    }

    if (turn === this.turn) this.on.connection('the node does not answer; trying again', 'bad');
    return 'ended';
  }

  async take(body, turn, alive) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done || turn !== this.turn) return;
      alive();
      const events = (rest + value).split('\n\n');
      rest = events.pop();
      for (const event of events) {
        const data = event.split('\n').filter((line) => line.startsWith('data: ')).map((line) => line.slice(6)).join('\n');
        if (data.length > 0 && turn === this.turn) this.on.state(JSON.parse(data));
      }
    }
  }
}
