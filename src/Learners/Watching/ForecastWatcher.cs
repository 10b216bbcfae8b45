using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Learners.Watching;

/// <summary>Sees a key of a forecast pipeline: its value, and what was forecast from it.</summary>
internal sealed class ForecastWatcher : KeyWatcher
{
    // The rates that are learned from are not in the records: they are made again here. The first reading has none.
    private readonly CounterRate? _counter;
    private readonly int _horizons;

    internal ForecastWatcher(ForecastTask task)
    {
        _horizons = task.Horizons.Count;
        _counter = task.Counter is { } counter ? new CounterRate(counter) : null;
    }

    public override int Width => 1 + (ForecastStanding.PerHorizon * _horizons);

    public override bool See(ExampleBatch examples, int row, PredictionBatch predictions, int answer, Span<double> numbers)
    {
        var status = predictions.Statuses[answer];
        var value = double.NaN;
        if (_counter is null)
        {
            value = examples.Row(row)[0];
        }
        else if (status is ExampleStatus.Predicted or ExampleStatus.NoRate && _counter.TryRead(examples.Times[row], examples.Readings[row], out var rate))
        {
            value = rate;
        }

        if (status != ExampleStatus.Predicted)
        {
            return false;
        }

        numbers[0] = value;
        predictions.Row(answer).CopyTo(numbers[1..]);
        return true;
    }
}
