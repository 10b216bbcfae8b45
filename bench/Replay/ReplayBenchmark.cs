using System.Diagnostics;
using StreamLearn.Bench.Networks;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Reinforcement.Agents;
using StreamLearn.Learners.Reinforcement.Replay;

namespace StreamLearn.Bench.Replay;

/// <summary>
/// <c>replay</c>: updates of <c>ddpg-n</c> with two hidden layers of 256 and batches of 256 on one core, against the same agent in plain TorchSharp; and what drawing from the replay buffer and counting
/// active units take of an update.
/// </summary>
internal static class ReplayBenchmark
{
    private const int Observation = 6;
    private const int Actions = 2;
    private const int Steps = 100_000;
    private const int Episode = 500;
    private const int Rounds = 15;

    // What is short is repeated for one measure.
    private const int Draws = 200;
    private const int Counts = 2000;

    private static readonly AgentOptions Options = new() { Seed = 1 };

    internal static BenchmarkResult Run(TextWriter log)
    {
        var shape = new StepShape(Observation, Pixels: false, Actions);
        using var replay = Filled(shape);
        var batch = new ReplayBatch(shape, Options.Batch);
        using var agent = new DdpgAgent(Observation, Actions, Options);
        var random = new Xoshiro256(1);
        log.WriteLine($"replay: ddpg-n, {Observation} observed numbers, {Actions} actions, hidden {string.Join(" x ", Options.Hidden)}, batches of {Options.Batch} of {Steps:N0} steps");
        var ours = new Contestant(
            updates =>
            {
                for (var update = 0; update < updates; update++)
                {
                    replay.TrySample(batch, random);
                    agent.Update(batch, 0.2, random);
                }
            },
            torchThreads: 1);
        using var plain = new PlainDdpg(Observation, Actions, Options, replay);
        var peer = new Contestant(
            updates =>
            {
                for (var update = 0; update < updates; update++)
                {
                    plain.Update();
                }
            },
            torchThreads: 1);
        ours.WarmUp();
        peer.WarmUp();
        var draws = new List<double>();
        var counts = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            ours.Measure();
            peer.Measure();
            draws.Add(Microseconds(Draws, () => replay.TrySample(batch, random)));

            // Of the three passes whose units are counted.
            counts.Add(3 * Microseconds(Counts, () => agent.CountActorUnits()));
        }

        var update = ours.Times.Median;
        return new BenchmarkResult(
        [
            new BenchmarkRow("ddpg-n", 1e6 / update, "updates/s", "torchsharp-eager", 1e6 / peer.Times.Median, peer.Times.Median / update),
            new BenchmarkRow("ddpg-n/sampling", 100 * Median(draws) / update, "% of an update"),
            new BenchmarkRow("ddpg-n/fau", 100 * Median(counts) / update, "% of an update"),
        ]);
    }

    private static StepReplay Filled(StepShape shape)
    {
        var replay = new StepReplay(shape, new ReplayOptions { Capacity = Steps });
        var random = new Xoshiro256(2);
        var observation = new float[Observation];
        var action = new float[Actions];
        var previous = -1L;
        for (var step = 0; step < Steps; step++)
        {
            Fill(observation);
            Fill(action);
            var end = step % Episode == Episode - 1 ? StepEnd.TimeOut : StepEnd.None;
            previous = replay.Append(observation, action, (float)random.NextDouble(), previous, end);
            previous = end == StepEnd.None ? previous : -1;
        }

        return replay;

        void Fill(float[] values)
        {
            foreach (ref var value in values.AsSpan())
            {
                value = random.NextUniform(1);
            }
        }
    }

    private static double Microseconds(int times, Action action)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / times;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
