using StreamLearn.Cli.Demos;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Bandits.Exploration;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Randomness;
using StreamLearn.Simulation.Bandits;

namespace StreamLearn.Cli.Tests.Demos;

/// <summary>A learner in the demo's world without a broker. It learns what a flow has cost when as many more flows have been decided as are open in the demo.</summary>
/// <param name="kind">The learner.</param>
/// <param name="settings">Its settings, such as <c>replay=2</c>; empty: its defaults.</param>
internal sealed class PathLearner(string kind, string settings)
{
    private const int Flows = 20_000;
    private const int Open = 30;

    /// <summary>Plays the world of a seed.</summary>
    /// <returns>By phase: what it has cost.</returns>
    internal IReadOnlyList<PhaseStanding> Play(ulong seed)
    {
        var world = new PathChoiceWorld(seed);
        var task = new BanditTask
        {
            Actions = [.. Enumerable.Range(0, world.PathsPerPair).Select(PathFlowRecords.ActionOf)], SharedFeatures = world.FeatureNames.Count,
            Feedback = FeedbackKind.Cost,
        };
        var values = settings.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        var workspaces = new FleetWorkspaces();
        var learners = world.Menus.Select((_, pair) => BanditCatalog.Find(kind)!.Create(
            task, new OptionSet("learner", values), (seed * 1000) + (ulong)pair, workspaces)).ToList();
        var ledger = new FlowLedger(world.Menus, Open + 1);
        var random = new Xoshiro256(seed);
        var open = new Queue<(int Pair, float[] Context, int Path, double Probability, FlowOutcome Outcome)>();
        var (costs, probabilities) = (new double[world.PathsPerPair], new double[world.PathsPerPair]);
        for (var step = 0; step < Flows; step++)
        {
            var flow = world.Next();
            var context = flow.Context.ToArray();
            learners[flow.Pair].Decide(new BanditContext(world.PathsPerPair, context), costs, probabilities);
            var path = ActionSampler.Draw(probabilities, random);
            ledger.Begin(flow, world.FailedLink);
            open.Enqueue((flow.Pair, context, path, probabilities[path], ledger.Settle(step, path)!.Value));
            if (open.Count > Open)
            {
                var last = open.Dequeue();
                learners[last.Pair].Learn(new BanditContext(world.PathsPerPair, last.Context), last.Path, last.Probability, last.Outcome.Cost);
            }
        }

        return ledger.Look().Phases;
    }
}
