using System.Buffers;
using System.Diagnostics;
using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Cli.Experiments.LinkFailure;

/// <summary>
/// One model on one link: it learns on the common history once, and goes on from there for each failure, as it would have if that one alone had come.
/// </summary>
internal sealed class LinkRun
{
    private readonly ForecastModel _model;
    private readonly ForecastTask _task;
    private readonly ulong _seed;
    private readonly FleetWorkspaces _workspaces;
    private readonly int _history;
    private readonly double[][] _made;
    private readonly byte[] _state;

    /// <param name="model">The model.</param>
    /// <param name="task">What it forecasts.</param>
    /// <param name="seed">Of the learner.</param>
    /// <param name="workspaces">What learners share on this thread.</param>
    /// <param name="history">The loads before any failure.</param>
    internal LinkRun(ForecastModel model, ForecastTask task, ulong seed, FleetWorkspaces workspaces, ReadOnlySpan<double> history)
    {
        _model = model;
        _task = task;
        _seed = seed;
        _workspaces = workspaces;
        _history = history.Length;
        var started = Stopwatch.GetTimestamp();
        var learner = Create();
        using var networks = learner as IDisposable;
        _made = Room(history.Length);
        for (var pass = 0; pass < model.Passes; pass++)
        {
            // The last pass overwrites what the others have said.
            Step(learner, history, 0, _made);
        }

        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        learner.Save(ref writer);
        writer.Flush();
        _state = buffer.WrittenSpan.ToArray();
        Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>What it has taken so far.</summary>
    internal double Seconds { get; private set; }

    /// <summary>The forecasts made at every bin, for each horizon.</summary>
    /// <param name="loads">The common history, and what follows.</param>
    internal double[][] GoOn(ReadOnlySpan<double> loads)
    {
        var started = Stopwatch.GetTimestamp();
        var learner = Create();
        using var networks = learner as IDisposable;
        var reader = new MessagePackReader(_state);
        learner.Load(ref reader);
        var made = Room(loads.Length);
        for (var h = 0; h < made.Length; h++)
        {
            _made[h].CopyTo(made[h], 0);
        }

        Step(learner, loads, _history, made);
        Seconds += Stopwatch.GetElapsedTime(started).TotalSeconds;
        return made;
    }

    private static void Step(IForecaster learner, ReadOnlySpan<double> loads, int from, double[][] made)
    {
        Span<double> forecasts = stackalloc double[made.Length];
        for (var bin = from; bin < loads.Length; bin++)
        {
            learner.Learn(loads.Slice(bin, 1));
            learner.Predict(forecasts);
            for (var h = 0; h < made.Length; h++)
            {
                made[h][bin] = forecasts[h];
            }
        }
    }

    private IForecaster Create() => ForecasterRegistration.Create(_model.Choice, _task, _seed, _workspaces);

    private double[][] Room(int bins) => [.. _task.Horizons.Select(_ => new double[bins])];
}
