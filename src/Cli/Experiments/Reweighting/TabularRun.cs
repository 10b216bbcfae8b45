using StreamLearn.Learners;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Supervised;
using StreamLearn.Simulation.Bandits.Tabular;

namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>One pass over a set: each row is predicted, scored by its true label, then learned with the label that it has been given.</summary>
/// <param name="LogLoss">Mean -ln of the true label's probability, which counts as 1e-6 at least.</param>
/// <param name="Error">Share of rows whose most probable class was not the true one.</param>
/// <param name="LateLogLoss">The mean over the last fifth of the rows.</param>
/// <param name="ErrorAfterDrifts">The share among rows just after a known drift; NaN where there is none.</param>
internal readonly record struct TabularRun(double LogLoss, double Error, double LateLogLoss, double ErrorAfterDrifts)
{
    private const double LeastProbability = 1e-6;

    /// <summary>The most rows of a set without drift.</summary>
    internal const int MostSteadyRows = 10_000;

    /// <summary>Rows of a run.</summary>
    internal static int RowsOf(StreamSet set, TabularData data) => set.Drifts ? data.Rows : Math.Min(data.Rows, MostSteadyRows);

    /// <summary>Runs a learner. Order, wrong labels and the learner's start depend on the seed alone: they are the same for every choice of weights.</summary>
    /// <param name="set">The set.</param>
    /// <param name="data">Its rows.</param>
    /// <param name="noise">Share of the labels that are another one, drawn.</param>
    /// <param name="choice">The learner.</param>
    /// <param name="seed">The seed.</param>
    internal static TabularRun Of(StreamSet set, TabularData data, double noise, LearnerChoice choice, ulong seed)
    {
        var random = new Xoshiro256(seed);
        var order = Order(set, data, random);
        var task = new SupervisedTask { Name = SupervisedTask.Classify, Features = data.Features, Classes = data.Labels };
        using var learner = SupervisedRegistration.Of(choice, SupervisedTask.Classify).Create(task, choice.Options, seed, new FleetWorkspaces());
        var probabilities = new double[data.Labels.Count];
        var (logLoss, errors, lateLogLoss, late, driftErrors, afterDrifts) = (0.0, 0, 0.0, 0, 0, 0);
        for (var row = 0; row < order.Length; row++)
        {
            var features = data.Row(order[row]);
            var label = data.LabelOf(order[row]);
            learner.Predict(features, probabilities);
            var loss = -Math.Log(Math.Max(LeastProbability, probabilities[label]));
            var isWrong = Array.IndexOf(probabilities, probabilities.Max()) != label;
            logLoss += loss;
            errors += isWrong ? 1 : 0;
            if (row >= order.Length - (order.Length / 5))
            {
                lateLogLoss += loss;
                late++;
            }

            if (set.DriftEvery > 0 && row >= set.DriftEvery && row % set.DriftEvery < set.AfterDrift)
            {
                driftErrors += isWrong ? 1 : 0;
                afterDrifts++;
            }

            var given = noise > 0 && random.NextDouble() < noise ? Other(label, data.Labels.Count, random) : label;
            learner.Learn(features, given);
        }

        return new TabularRun(logLoss / order.Length, (double)errors / order.Length, lateLogLoss / late, (double)driftErrors / afterDrifts);
    }

    private static int Other(int label, int labels, Xoshiro256 random)
    {
        var other = (int)(random.NextDouble() * (labels - 1));
        return other >= label ? other + 1 : other;
    }

    private static int[] Order(StreamSet set, TabularData data, Xoshiro256 random)
    {
        int[] order = [.. Enumerable.Range(0, data.Rows)];
        if (!set.Drifts)
        {
            for (var row = order.Length - 1; row > 0; row--)
            {
                var other = (int)(random.NextDouble() * (row + 1));
                (order[row], order[other]) = (order[other], order[row]);
            }
        }

        return order[..RowsOf(set, data)];
    }
}
