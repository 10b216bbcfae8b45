using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;

namespace StreamLearn.Learners.Watching;

/// <summary>Sees a key of a bandit pipeline: what was decided, and what it has cost.</summary>
public sealed class BanditWatcher : KeyWatcher
{
    /// <summary>The action that was chosen, from 0 on; NaN: it is feedback.</summary>
    public const int Action = 0;

    /// <summary>The probability with which.</summary>
    public const int Probability = 1;

    /// <summary>What a decision has cost, in [0, 1]; NaN: it is a decision, whose cost comes later.</summary>
    public const int Cost = 2;

    private readonly BanditTask _task;

    internal BanditWatcher(BanditTask task) => _task = task;

    /// <inheritdoc/>
    public override int Width => 3;

    /// <inheritdoc/>
    public override bool See(ExampleBatch examples, int row, PredictionBatch predictions, int answer, Span<double> numbers)
    {
        numbers.Fill(double.NaN);
        switch (predictions.Statuses[answer])
        {
            case ExampleStatus.Predicted when predictions.List(answer) is { Length: > 1 } decision:
                numbers[Action] = decision[0];
                numbers[Probability] = 1 + (int)decision[0] < decision.Length ? decision[1 + (int)decision[0]] : double.NaN;
                return true;
            case ExampleStatus.Learned when BanditRecord.TryRead(examples.Payload(row), out var record):
                numbers[Cost] = _task.CostOf(record.Feedback);
                if (record.Kind == BanditRecordKind.Logged)
                {
                    numbers[Action] = record.Action;
                    numbers[Probability] = record.Probability;
                }

                return true;
            default:
                return false;
        }
    }
}
