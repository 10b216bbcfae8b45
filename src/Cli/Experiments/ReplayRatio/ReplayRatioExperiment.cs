using System.Collections.Concurrent;
using System.Globalization;
using StreamLearn.Cli.Commands;
using StreamLearn.Simulation.Control;

namespace StreamLearn.Cli.Experiments.ReplayRatio;

/// <summary>How many updates should an agent step have? Fixed replay ratios, one that is steered by the critic's plasticity, and resets.</summary>
internal static class ReplayRatioExperiment
{
    /// <summary>Runs it.</summary>
    /// <exception cref="UsageException">There is no such world, or runs are too short.</exception>
    internal static ReplayRatioResult Run(ReplayRatioSettings settings, Action<string> say, CancellationToken cancellation)
    {
        foreach (var world in settings.Worlds)
        {
            if (!ControlWorlds.Names.Contains(world))
            {
                throw new UsageException($"--world is '{world}'; expected one of {string.Join(", ", ControlWorlds.Names)}.");
            }

            var episode = ReplayRatioRun.Create(world, settings.FirstSeed).EpisodeSteps;
            if (settings.Interval < episode)
            {
                throw new UsageException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"--steps is {settings.Steps}; expected at least {ReplayRatioSettings.Intervals * episode}: a check after each of {ReplayRatioSettings.Intervals} parts needs an episode of {world}, {episode} steps."));
            }
        }

        var runs = new ConcurrentBag<ReplayRatioRun>();
        var work = settings.Worlds.SelectMany(world => ReplayRatioArm.All.SelectMany(arm => Seeds(settings).Select(seed => (world, arm, seed))));
        Parallel.ForEach(
            work, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = settings.Parallel },
            one =>
            {
                var run = ReplayRatioRun.Of(one.world, one.arm, one.seed, settings, cancellation);
                runs.Add(run);
                say(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{run.World}, {run.Arm.Name}, seed {run.Seed}: return {run.AtEnd(point => point.TestReturn):0.0}, {run.Updates} updates, {run.Seconds:0} s"));
            });
        return new ReplayRatioResult(
            settings, [.. runs],
            settings.Worlds.Contains(ReplayRatioRun.Links) ? [.. Seeds(settings).Select(seed => RoutingBaseline.Of(seed, settings))] : []);
    }

    private static IEnumerable<ulong> Seeds(ReplayRatioSettings settings) => Enumerable.Range(0, settings.Seeds).Select(seed => settings.FirstSeed + (ulong)seed);
}
