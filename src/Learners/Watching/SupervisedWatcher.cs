using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.Learners.Watching;

/// <summary>Sees a key of a pipeline of the task <c>classify</c> or <c>regress</c>: what was predicted, and what was right.</summary>
public sealed class SupervisedWatcher : KeyWatcher
{
    /// <summary>The most probable class, by its index, or the number that was predicted; NaN: the record is a label by itself.</summary>
    public const int Prediction = 0;

    /// <summary>Of a class its probability; else NaN.</summary>
    public const int Probability = 1;

    /// <summary>The right class, by its index, or the number; NaN: it comes later, or its index is not known here.</summary>
    public const int Target = 2;

    private readonly bool _isClassification;

    // Labels as the answers have them, where they grow.
    private readonly LabelBook _labels;
    private readonly bool _labelsGrow;

    internal SupervisedWatcher(SupervisedPlan plan)
    {
        _isClassification = plan.Task.IsClassification;
        _labelsGrow = plan.FixedLabels is null;
        _labels = plan.FixedLabels ?? new LabelBook(plan.Task.LargestClasses);
    }

    /// <inheritdoc/>
    public override int Width => 3;

    /// <inheritdoc/>
    public override bool See(ExampleBatch examples, int row, PredictionBatch predictions, int answer, Span<double> numbers)
    {
        numbers.Fill(double.NaN);
        var status = predictions.Statuses[answer];
        if (status is not (ExampleStatus.Predicted or ExampleStatus.Learned)
            || !SupervisedRecord.TryRead(examples.Payload(row), _isClassification, out var record))
        {
            return false;
        }

        if (status == ExampleStatus.Predicted)
        {
            SeeAnswer(predictions, answer, numbers);
        }

        if (record.HasLabel)
        {
            numbers[Target] = !_isClassification ? record.Target : _labels.IndexOf(record.Label) is >= 0 and var index ? index : double.NaN;
        }

        return true;
    }

    private void SeeAnswer(PredictionBatch predictions, int answer, Span<double> numbers)
    {
        if (!_isClassification)
        {
            numbers[Prediction] = predictions.Row(answer)[0];
            return;
        }

        var list = predictions.List(answer);
        if (list.Length > 1 && list[0] >= 0 && list[0] < list.Length - 1)
        {
            numbers[Prediction] = list[0];
            numbers[Probability] = list[1 + (int)list[0]];
        }

        if (_labelsGrow && predictions.Text(answer) is var texts && !texts.SequenceEqual(_labels.Texts))
        {
            _labels.TryReplace(texts);
        }
    }
}
