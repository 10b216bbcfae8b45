using StreamLearn.Learners.Reinforcement;
using StreamLearn.Learners.Reinforcement.Agents;
using StreamLearn.Learners.Reinforcement.Plasticity;
using StreamLearn.Learners.Reinforcement.Ratios;
using StreamLearn.Learners.Reinforcement.Replay;
using StreamLearn.Simulation.Control;
using StreamLearn.Simulation.Control.Routing;

namespace StreamLearn.Cli.Experiments.ReplayRatio;

/// <summary>One run of an arm: what it lived through, and what it cost.</summary>
/// <param name="World">The world's name.</param>
/// <param name="Arm">How its replay ratio was set.</param>
/// <param name="Seed">Of world and learner.</param>
/// <param name="Points">The end of each interval.</param>
/// <param name="FirstFau">The critic's fraction of active units at the very first update.</param>
/// <param name="SwitchedAt">Agent steps at the switch; -1: it did not switch.</param>
/// <param name="Checks">The checks of the adaptive ratio.</param>
/// <param name="Updates">Gradient updates.</param>
/// <param name="Seconds">Time of the processor that it took, tests left out.</param>
/// <param name="Plasticity">Of the networks at the end.</param>
internal sealed record ReplayRatioRun(
    string World, ReplayRatioArm Arm, ulong Seed, IReadOnlyList<ReplayRatioPoint> Points, double FirstFau, long SwitchedAt, IReadOnlyList<RatioCheck> Checks, long Updates,
    double Seconds, PlasticityReport Plasticity)
{
    /// <summary>The world of links, which has baselines.</summary>
    internal const string Links = "link-routing";

    // Of what is tested, and of the learner: other chances than those of the world.
    internal const ulong TestSeed = 1_000_003;
    private const ulong LearnerSeed = 7_000_003;

    /// <summary>Runs it.</summary>
    internal static ReplayRatioRun Of(string world, ReplayRatioArm arm, ulong seed, ReplayRatioSettings settings, CancellationToken cancellation)
    {
        var lived = Create(world, seed);
        var tested = Create(world, seed + TestSeed);
        using var learner = new ControlLearner(
            new DdpgAgent(
                lived.ObservationSize, lived.ActionSize,
                new AgentOptions
                {
                    Hidden = [settings.Hidden, settings.Hidden], Batch = settings.Batch, LearningRate = settings.LearningRate, Seed = seed,
                    Interventions = arm.InterventionsOf(settings),
                }),
            new StepShape(lived.ObservationSize, Pixels: false, lived.ActionSize), arm.Options(settings, lived.EpisodeSteps, seed + LearnerSeed));
        var observation = new float[lived.ObservationSize];
        var action = new float[lived.ActionSize];
        var points = new List<ReplayRatioPoint>();
        var interval = new IntervalSums();
        var (firstFau, start) = (double.NaN, ThreadClock.Seconds);
        while (learner.Steps < settings.Steps)
        {
            lived.Reset();
            lived.Observe(observation);
            var step = learner.Begin(observation);
            var (sum, last) = (0.0, false);
            while (!last)
            {
                learner.Act(step, action);
                var outcome = lived.Step(action);
                lived.Observe(observation);
                last = outcome.IsLast;
                var updates = learner.Agent.Updates;
                step = learner.Continue(
                    step, action, (float)outcome.Reward, observation, outcome.Terminated ? StepEnd.Terminal : outcome.TimedOut ? StepEnd.TimeOut : StepEnd.None);
                sum += outcome.Reward;
                if (learner.Agent.Updates > updates)
                {
                    firstFau = double.IsNaN(firstFau) ? learner.LastUpdate.Critic.Fraction : firstFau;
                    interval.AddUpdate(learner.LastUpdate);
                }

                if (learner.Steps % settings.Interval == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                    interval.AddEpisode(last ? sum : double.NaN);
                    var beforeTest = ThreadClock.Seconds;
                    var (test, utilisation) = Test(learner, tested, settings.TestEpisodes);
                    start += ThreadClock.Seconds - beforeTest;
                    points.Add(new ReplayRatioPoint(
                        learner.Steps, interval.Return, test, utilisation, interval.CriticFau, interval.ActorFau, learner.ReplayRatio));
                    interval = new IntervalSums();
                }
                else if (last)
                {
                    interval.AddEpisode(sum);
                }
            }
        }

        return new ReplayRatioRun(
            world, arm, seed, points, firstFau, learner.Adaptive?.SwitchedAt ?? -1, [.. learner.Adaptive?.Checks ?? []], learner.Agent.Updates,
            ThreadClock.Seconds - start, learner.Agent.Examine());
    }

    /// <summary>A world as the experiment has it: two frames an agent step, as DrQ-v2; a network's bins are not repeated.</summary>
    internal static IControlWorld Create(string world, ulong seed) => ControlWorlds.Create(world, seed, world == Links ? 1 : 2);

    /// <summary>Mean of a curve over the last quarter of the run.</summary>
    internal double AtEnd(Func<ReplayRatioPoint, double> curve) => Points.Skip(Points.Count * 3 / 4).Average(curve);

    /// <summary>Episodes of the policy without noise.</summary>
    private static (double Return, double Utilisation) Test(ControlLearner learner, IControlWorld world, int episodes)
    {
        var observation = new float[world.ObservationSize];
        var action = new float[world.ActionSize];
        var (sum, utilisation, steps) = (0.0, 0.0, 0);
        for (var episode = 0; episode < episodes; episode++)
        {
            world.Reset();
            ControlOutcome outcome;
            do
            {
                world.Observe(observation);
                learner.ActGreedily(new SeenObservation(observation), action);
                outcome = world.Step(action);
                sum += outcome.Reward;
                utilisation += world is LinkRouting routing ? routing.MaxUtilisation : double.NaN;
                steps++;
            }
            while (!outcome.IsLast);
        }

        return (sum / episodes, utilisation / steps);
    }

    private sealed class IntervalSums
    {
        private double _returns;
        private int _episodes;
        private double _critic;
        private double _actor;
        private int _updates;

        internal double Return => _episodes == 0 ? double.NaN : _returns / _episodes;

        internal double CriticFau => _updates == 0 ? double.NaN : _critic / _updates;

        internal double ActorFau => _updates == 0 ? double.NaN : _actor / _updates;

        internal void AddEpisode(double sum)
        {
            if (!double.IsNaN(sum))
            {
                _returns += sum;
                _episodes++;
            }
        }

        internal void AddUpdate(AgentUpdate update)
        {
            _critic += update.Critic.Fraction;
            _actor += update.Actor.Fraction;
            _updates++;
        }
    }
}
