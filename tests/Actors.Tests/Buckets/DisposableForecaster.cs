using MessagePack;
using StreamLearn.Learners;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Forecasting.LastValue;
using StreamLearn.Learners.Options;

namespace StreamLearn.Actors.Tests.Buckets;

/// <summary>A learner that counts how many of its kind there are: those that were made and not disposed of.</summary>
internal sealed class DisposableForecaster : IForecaster, IDisposable
{
    private readonly LastValueForecaster _inner = new();
    private readonly Count _alive;
    private bool _disposed;

    private DisposableForecaster(Count alive)
    {
        _alive = alive;
        alive.Add(1);
    }

    internal static LearnerChoice Choice(Count alive) => new(
        new ForecasterRegistration(
            "fake", "counts how many there are", new Dictionary<string, string>(), (_, _, _, _) => new DisposableForecaster(alive)),
        OptionSet.Defaults);

    public LearnOutcome Learn(ReadOnlySpan<double> observation, double elapsed = 1) => _inner.Learn(observation, elapsed);

    public void Observe(ReadOnlySpan<double> observation, double elapsed = 1) => _inner.Observe(observation, elapsed);

    public void Skip(long steps) => _inner.Skip(steps);

    public void Predict(Span<double> forecasts) => _inner.Predict(forecasts);

    public void KeepGood() => _inner.KeepGood();

    public void ReturnToGood() => _inner.ReturnToGood();

    public void Save(ref MessagePackWriter writer) => _inner.Save(ref writer);

    public void Load(ref MessagePackReader reader) => _inner.Load(ref reader);

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _alive.Add(-1);
        }
    }

    /// <summary>How many there are. Thread-safe.</summary>
    internal sealed class Count
    {
        private int _value;

        internal int Value
        {
            get => Volatile.Read(ref _value);
            set => Volatile.Write(ref _value, value);
        }

        internal void Add(int change) => Interlocked.Add(ref _value, change);
    }
}
