using System.Buffers;
using System.Numerics.Tensors;
using System.Security.Cryptography;
using MessagePack;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Learners.Forecasting;

/// <summary>
/// One key's series: its learners, the forecasts that wait for their targets, and the scores. A record does three things, in this order:
/// the forecasts due at it are scored, every learner learns from it, every learner forecasts from it. Drift detectors look at the first,
/// alerts at the last.
/// </summary>
internal sealed class ForecastSeries : KeyLearners
{
    private const string Format = "forecast-series";

    // Fields of the state besides the errors and the intervals.
    private const int FixedFields = 20;

    // How fast the mean of the gaps follows, and how many times the mean a gap counts at most: an outage does not change what is usual.
    private const double GapRate = 0.02;
    private const double LongestGap = 4;

    private readonly ForecastTask _task;
    private readonly IForecaster[] _learners;

    // One row more than there are learners: the last-value baseline that skill is measured against. None in a copy that is made for one record.
    private readonly ErrorStatistics[] _errors;
    private readonly IntervalTracker[] _intervals;

    // Null: values are observed themselves.
    private readonly CounterRate? _counter;
    private readonly OutOfOrder _late;
    private readonly IReadOnlyList<DriftChoice> _drift;
    private readonly IDriftDetector[] _detectors;

    // Null: the key has no alert.
    private readonly ThresholdAlert? _alert;

    // Rings over the last `furthest horizon + 1` steps; the slot of a step is the step modulo the length. NaN: nothing there.
    private readonly double[] _values;
    private readonly double[] _forecasts;

    // The same ring: half-widths of the intervals as they were given with the own learner's forecasts.
    private readonly double[] _halfWidths;

    private readonly LearnerHealth[] _health;
    private readonly SafetyOptions _safety;
    private readonly double[] _latest;
    private long _origin;
    private long _step;
    private long _time;
    private double _scale;

    // Milliseconds; 0: not known yet.
    private double _usualGap;

    private long _withoutRate;
    private long _dropped;
    private long _clamped;
    private long _alarms;

    // Records that were not learned from, because the key was frozen.
    private long _unlearned;

    internal ForecastSeries(ForecastPlan plan, ReadOnlySpan<byte> key, FleetWorkspaces workspaces)
    {
        _task = plan.Task;
        var horizons = _task.Horizons.Count;
        _learners = new IForecaster[plan.Learners.Count];
        try
        {
            for (var i = 0; i < _learners.Length; i++)
            {
                _learners[i] = plan.CreateForecaster(i, key, workspaces);
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        _health = new LearnerHealth[_learners.Length];
        _safety = plan.Safety;
        _latest = new double[horizons];
        _errors = new ErrorStatistics[(_learners.Length + 1) * horizons];
        for (var i = 0; i < _errors.Length; i++)
        {
            _errors[i] = new ErrorStatistics(_task.Scoring);
        }

        _late = _task.LateRecords;
        _drift = plan.Drift;
        _detectors = new IDriftDetector[_drift.Count];
        for (var i = 0; i < _detectors.Length; i++)
        {
            _detectors[i] = plan.CreateDetector(i, key);
        }

        _alert = plan.CreateAlert(key);
        _counter = _task.Counter is { } counter ? new CounterRate(counter) : null;
        _intervals = new IntervalTracker[horizons];
        for (var h = 0; h < horizons; h++)
        {
            _intervals[h] = new IntervalTracker(_task.Coverage);
        }

        _values = new double[_task.FurthestHorizon + 1];
        _forecasts = new double[_values.Length * _learners.Length * horizons];
        _halfWidths = new double[_values.Length * horizons];
        Array.Fill(_values, double.NaN);
        Array.Fill(_forecasts, double.NaN);
    }

    /// <summary>A copy with the own learner alone, to see what it would answer to a record: scores are not kept, nor alerts.</summary>
    /// <param name="plan">What the learners of a key are.</param>
    /// <param name="key">The key.</param>
    /// <param name="workspaces">Those of the fleet.</param>
    /// <param name="original">Stays as it is.</param>
    internal ForecastSeries(ForecastPlan plan, ReadOnlySpan<byte> key, FleetWorkspaces workspaces, ForecastSeries original)
    {
        _task = plan.Task;
        _safety = plan.Safety;
        _late = original._late;
        _drift = original._drift;
        _learners = [plan.CreateForecaster(0, key, workspaces)];
        _health = [original._health[0]];
        _errors = [];
        _detectors = new IDriftDetector[_drift.Count];
        for (var i = 0; i < _detectors.Length; i++)
        {
            _detectors[i] = plan.CreateDetector(i, key);
        }

        _counter = original._counter is null ? null : new CounterRate(_task.Counter!);
        _intervals = [.. original._intervals.Select(_ => new IntervalTracker(_task.Coverage))];
        _values = [.. original._values];
        _halfWidths = [.. original._halfWidths];
        _latest = [.. original._latest];
        _forecasts = new double[_values.Length * _latest.Length];
        for (var slot = 0; slot < _values.Length; slot++)
        {
            original.Waiting(slot, 0).CopyTo(Waiting(slot, 0));
        }

        (Records, _origin, _step, _time) = (original.Records, original._origin, original._step, original._time);
        (_scale, _usualGap, _unlearned) = (original._scale, original._usualGap, original._unlearned);
        try
        {
            CopyParts(original);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Examples learned from.</summary>
    internal override long Version => Records - _unlearned;

    private long Records { get; set; }

    /// <summary>Scores, learns, forecasts.</summary>
    /// <param name="time">Event time, ms since 1970.</param>
    /// <param name="observation">The value, then the features; finite. Where the value is a counter, its rate is put in its place.</param>
    /// <param name="reading">What the counter says; anything where the value is none.</param>
    /// <param name="frozen">Whether the learners only observe: all else, scores and intervals too, goes on.</param>
    /// <param name="predictions">Receives {value, lo, hi} for each horizon, and what happened.</param>
    /// <param name="row">Row in them.</param>
    internal ExampleStatus Step(long time, Span<double> observation, ulong reading, bool frozen, PredictionBatch predictions, int row)
    {
        var step = Records == 0 ? 0 : _task.StepMilliseconds == 0 ? _step + 1 : NearestStep(time);
        if (_late != OutOfOrder.Learn && IsLate(time, step))
        {
            var dropped = _late == OutOfOrder.Drop;
            _dropped += dropped ? 1 : 0;
            return dropped ? ExampleStatus.Dropped : ExampleStatus.TimeNotIncreasing;
        }

        if (_counter is not null && !_counter.TryRead(time, reading, out observation[0]))
        {
            _withoutRate++;
            return ExampleStatus.NoRate;
        }

        var elapsed = 1.0;
        if (Records == 0)
        {
            _origin = time;
        }
        else
        {
            elapsed = Elapsed(time);
            _clamped += elapsed > 0 ? 0 : 1;
            SkipTo(step);
        }

        _time = time;
        var value = observation[0];
        var slot = Slot(_step);
        _values[slot] = value;
        if (Records < _task.Scoring.ScaleUntil)
        {
            _scale = Math.Max(_scale, Math.Abs(value));
        }

        WatchDrift(value, frozen, predictions, row);
        ScoreDue(value);
        if (frozen)
        {
            Observe(observation, elapsed);
        }
        else
        {
            Learn(observation, elapsed, predictions, row);
        }

        Records++;
        for (var i = 0; i < _learners.Length; i++)
        {
            _learners[i].Predict(Waiting(slot, i));
        }

        Waiting(slot, 0).CopyTo(_latest);
        var prediction = predictions.Row(row);
        for (var h = 0; h < _latest.Length; h++)
        {
            var halfWidth = _intervals[h].HalfWidth;
            _halfWidths[(slot * _latest.Length) + h] = halfWidth;
            Spread(h, halfWidth, prediction);
        }

        if (_alert is not null && _alert.Step(_step, value, _latest, Records > _task.Scoring.From, out var change))
        {
            predictions.Add(new AlertEvent(row, change));
        }

        return ExampleStatus.Predicted;
    }

    internal override Foresight Recall()
    {
        if (Records == 0)
        {
            return new Foresight(ForesightStatus.NothingYet, 0, 0, []);
        }

        var numbers = new double[3 * _latest.Length];
        for (var h = 0; h < _latest.Length; h++)
        {
            Spread(h, _halfWidths[(Slot(_step) * _latest.Length) + h], numbers);
        }

        return new Foresight(ForesightStatus.Predicted, Version, _time, numbers);
    }

    internal override KeyGlance Glance(byte[] key) => new(key, IsResident: true, Records, _time, Version);

    internal override KeyReport Report(ReadOnlySpan<byte> key)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        SaveLearners(ref writer);
        writer.Flush();
        var errors = new ErrorSums[_errors.Length * ForecastKeyReport.Views];
        for (var i = 0; i < _errors.Length; i++)
        {
            errors[i * ForecastKeyReport.Views] = _errors[i].Total;
            errors[(i * ForecastKeyReport.Views) + 1] = _errors[i].Windowed;
            errors[(i * ForecastKeyReport.Views) + 2] = _errors[i].Fading;
        }

        return new ForecastKeyReport(
            key.ToArray(), Records, _time, [.. _health.Select(health => health.Refused)], [.. _health.Select(health => health.Recoveries)],
            SHA256.HashData(buffer.WrittenSpan), Frozen: false, Records == 0 ? 0 : _values[Slot(_step)], [.. _latest], errors,
            [.. _intervals.Select(interval => interval.Covered)],
            _withoutRate, _dropped, _clamped, _alarms, _alert?.Raised ?? 0, _alert?.Counts ?? default);
    }

    internal override void Measure(TaskMeasures measures)
    {
        var forecast = (ForecastMeasures)measures;
        forecast.AddKey(Records, _time, _health);
        forecast.AddSeries(
            Records == 0 ? double.NaN : _values[Slot(_step)], _latest, _alarms, _dropped, _withoutRate, _alert?.Raised ?? 0, _alert?.Counts ?? default);
        for (var i = 0; i < _errors.Length; i++)
        {
            forecast.AddErrors(i / _latest.Length, i % _latest.Length, _errors[i]);
        }

        for (var h = 0; h < _intervals.Length; h++)
        {
            forecast.AddInterval(h, _intervals[h]);
        }
    }

    internal override KeyStanding Stand(byte[] key, double rank)
    {
        var horizons = _latest.Length;
        var numbers = new double[ForecastStanding.Forecasts + (ForecastStanding.PerHorizon * horizons)];
        numbers[ForecastStanding.Value] = Records == 0 ? double.NaN : _values[Slot(_step)];
        numbers[ForecastStanding.Scale] = _scale;
        numbers[ForecastStanding.Error] = FadingError(0);
        numbers[ForecastStanding.BaselineError] = FadingError(_learners.Length);
        numbers[ForecastStanding.DriftAlarms] = _alarms;
        numbers[ForecastStanding.AlertsRaised] = _alert?.Raised ?? 0;
        numbers[ForecastStanding.Alert] = _alert is null ? double.NaN : _alert.IsRaised ? 1 : 0;
        for (var h = 0; h < horizons; h++)
        {
            numbers[ForecastStanding.Skill] += MeanErrors.Skill(FadingError(0, h), FadingError(_learners.Length, h)) / horizons;
            var at = ForecastStanding.Forecasts + (ForecastStanding.PerHorizon * h);
            numbers[at] = Records == 0 ? double.NaN : _latest[h];
            numbers[at + 1] = numbers[at] - _intervals[h].HalfWidth;
            numbers[at + 2] = numbers[at] + _intervals[h].HalfWidth;
        }

        return new KeyStanding(key, Records, _time, rank, numbers);
    }

    /// <inheritdoc/>
    /// <remarks>As many as the furthest horizon is steps, and one. Without steps only the last one's time is known.</remarks>
    internal override IReadOnlyList<KeyPoint> Recent(int most)
    {
        var points = new List<KeyPoint>();
        var horizons = _latest.Length;
        var back = Records == 0 ? -1 : Math.Min(_task.StepMilliseconds == 0 ? 0 : Math.Min(_step, _values.Length - 1), most - 1);
        for (; back >= 0; back--)
        {
            var slot = Slot(_step - back);
            if (double.IsNaN(_values[slot]))
            {
                continue;
            }

            var numbers = new double[1 + (ForecastStanding.PerHorizon * horizons)];
            numbers[0] = _values[slot];
            for (var h = 0; h < horizons; h++)
            {
                var (forecast, halfWidth) = (Waiting(slot, 0)[h], _halfWidths[(slot * horizons) + h]);
                numbers[1 + (ForecastStanding.PerHorizon * h)] = forecast;
                numbers[2 + (ForecastStanding.PerHorizon * h)] = forecast - halfWidth;
                numbers[3 + (ForecastStanding.PerHorizon * h)] = forecast + halfWidth;
            }

            points.Add(new KeyPoint(_time - (back * _task.StepMilliseconds), numbers));
        }

        return points;
    }

    internal override double Rank(KeyRank by) => by == KeyRank.Records ? Records : FadingError(0);

    /// <summary>The weights of the learners that have networks; <paramref name="nameOf"/> says what a learner (by its place) is
    /// called.</summary>
    internal override IEnumerable<NetworkWeights> Weights(Func<int, string> nameOf) =>
        _learners.SelectMany((learner, i) => (learner as IHasNetworks)?.Weights(nameOf(i)) ?? []);

    /// <inheritdoc/>
    public override void Dispose()
    {
        // Where one could not be made there are none after it.
        foreach (var learner in _learners)
        {
            (learner as IDisposable)?.Dispose();
        }

        base.Dispose();
    }

    internal override void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Format, 4, fields: FixedFields + _errors.Length + _intervals.Length);
        writer.Write(Records);
        writer.Write(_origin);
        writer.Write(_step);
        writer.Write(_time);
        writer.Write(_scale);
        writer.Write(_usualGap);
        writer.Write(_withoutRate);
        writer.Write(_dropped);
        writer.Write(_clamped);
        writer.Write(_alarms);
        writer.Write(_unlearned);
        SaveWatchers(ref writer);
        writer.WriteDoubles(_values);
        writer.WriteDoubles(_forecasts);
        writer.WriteDoubles(_halfWidths);
        writer.WriteDoubles(_latest);
        writer.WriteArrayHeader(_health.Length);
        foreach (var health in _health)
        {
            health.Save(ref writer);
        }

        SaveLearners(ref writer);
        foreach (var errors in _errors)
        {
            errors.Save(ref writer);
        }

        foreach (var interval in _intervals)
        {
            interval.Save(ref writer);
        }
    }

    internal override void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Format, 4, fields: FixedFields + _errors.Length + _intervals.Length);
        Records = reader.ReadInt64();
        _origin = reader.ReadInt64();
        _step = reader.ReadInt64();
        _time = reader.ReadInt64();
        _scale = reader.ReadFinite();
        _usualGap = reader.ReadFinite();
        _withoutRate = reader.ReadInt64();
        _dropped = reader.ReadInt64();
        _clamped = reader.ReadInt64();
        _alarms = reader.ReadInt64();
        _unlearned = reader.ReadInt64();
        LoadWatchers(ref reader);
        reader.ReadDoubles(_values, gaps: true);
        reader.ReadDoubles(_forecasts, gaps: true);
        reader.ReadDoubles(_halfWidths);
        reader.ReadDoubles(_latest);
        StateFormat.Require(
            _step >= Math.Max(0, Records - 1) && _scale >= 0 && _usualGap >= 0
            && _withoutRate >= 0 && _dropped >= 0 && _clamped >= 0 && _alarms >= 0 && _unlearned >= 0 && _unlearned <= Math.Max(0, Records)
            && Records + _withoutRate > 0 && Records >= 0 && (_counter is null ? _withoutRate == 0 : _counter.HasReading) && WaitsWholly(),
            "a series' records, steps and forecasts contradict each other");
        reader.ReadLength(_health.Length);
        foreach (ref var health in _health.AsSpan())
        {
            health.Load(ref reader);
        }

        reader.ReadLength(_learners.Length);
        foreach (var learner in _learners)
        {
            learner.Load(ref reader);
        }

        foreach (var errors in _errors)
        {
            errors.Load(ref reader);
        }

        foreach (var interval in _intervals)
        {
            interval.Load(ref reader);
        }
    }

    /// <summary>What is more than numbers, by way of its stored form.</summary>
    private void CopyParts(ForecastSeries original)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        original._learners[0].Save(ref writer);
        original._counter?.Save(ref writer);
        foreach (var detector in original._detectors)
        {
            detector.Save(ref writer);
        }

        foreach (var interval in original._intervals)
        {
            interval.Save(ref writer);
        }

        writer.Flush();
        var reader = new MessagePackReader(buffer.WrittenMemory);
        _learners[0].Load(ref reader);
        _counter?.Load(ref reader);
        foreach (var detector in _detectors)
        {
            detector.Load(ref reader);
        }

        foreach (var interval in _intervals)
        {
            interval.Load(ref reader);
        }
    }

    /// <summary>The latest forecast at a horizon and its interval, {value, lo, hi}.</summary>
    private void Spread(int horizon, double halfWidth, Span<double> numbers)
    {
        numbers[3 * horizon] = _latest[horizon];
        numbers[(3 * horizon) + 1] = Math.Max(double.MinValue, _latest[horizon] - halfWidth);
        numbers[(3 * horizon) + 2] = Math.Min(double.MaxValue, _latest[horizon] + halfWidth);
    }

    /// <summary>Mean over horizons of the own learner's fading error; NaN while there is a horizon at which nothing has been scored.</summary>
    private double FadingError(int learner)
    {
        var sum = 0.0;
        for (var h = 0; h < _latest.Length; h++)
        {
            sum += FadingError(learner, h);
        }

        return sum / _latest.Length;
    }

    /// <summary>Of a learner, or of the last-value baseline after them; NaN before the first target.</summary>
    private double FadingError(int learner, int horizon)
    {
        var fading = _errors[(learner * _latest.Length) + horizon].Fading;
        return fading.Absolute / fading.Weight;
    }

    /// <summary>Three fields: counter, detectors, alert.</summary>
    private void SaveWatchers(ref MessagePackWriter writer)
    {
        if (_counter is null)
        {
            writer.WriteNil();
        }
        else
        {
            _counter.Save(ref writer);
        }

        writer.WriteArrayHeader(_detectors.Length);
        foreach (var detector in _detectors)
        {
            detector.Save(ref writer);
        }

        if (_alert is null)
        {
            writer.WriteNil();
        }
        else
        {
            _alert.Save(ref writer);
        }
    }

    private void LoadWatchers(ref MessagePackReader reader)
    {
        if (_counter is null)
        {
            reader.ReadNil();
        }
        else
        {
            _counter.Load(ref reader);
        }

        reader.ReadLength(_detectors.Length);
        foreach (var detector in _detectors)
        {
            detector.Load(ref reader);
        }

        var stored = !reader.TryReadNil();
        if (stored != (_alert is not null))
        {
            throw new StateFormatException(
                $"Stored state has {(stored ? "an" : "no")} alert of a key; "
                + $"expected {(stored ? "none" : "one")}: the pipeline's alerts have changed.");
        }

        _alert?.Load(ref reader);
        StateFormat.Require(_alert is null || _alert.LastStep <= _step, "an alert is ahead of its series");
    }

    private void SaveLearners(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(_learners.Length);
        foreach (var learner in _learners)
        {
            learner.Save(ref writer);
        }
    }

    /// <summary>With a step, whether it is one that the series is past; without, whether the time is before the last one. A counter's
    /// reading without a rate has a time too, but takes no step.</summary>
    private bool IsLate(long time, long step)
    {
        var read = _counter is { HasReading: true };
        return _task.StepMilliseconds > 0
            ? (Records > 0 && step <= _step) || (read && time <= _counter!.Time)
            : read ? time < _counter!.Time : Records > 0 && time < _time;
    }

    /// <summary>
    /// Time since the last record in units of the usual gap: the step, or where there is none a fading mean of the gaps. A gap that is zero
    /// or negative stays so, and is left out of the mean.
    /// </summary>
    private double Elapsed(long time)
    {
        var gap = (double)((Int128)time - _time);
        if (_task.StepMilliseconds > 0)
        {
            return gap / _task.StepMilliseconds;
        }

        if (gap > 0)
        {
            _usualGap = _usualGap == 0 ? gap : _usualGap + (GapRate * (Math.Min(gap, LongestGap * _usualGap) - _usualGap));
        }

        return _usualGap > 0 ? gap / _usualGap : 1;
    }

    private long NearestStep(long time)
    {
        // Half a step either way belongs to the step; the division rounds towards minus infinity. 128 bits: times may be anything.
        var shifted = (Int128)time - _origin + (_task.StepMilliseconds / 2);
        var quotient = shifted / _task.StepMilliseconds;
        var nearest = shifted % _task.StepMilliseconds < 0 ? quotient - 1 : quotient;

        // Learners count steps too: one less than the largest number leaves them room for the first.
        return (long)Int128.Clamp(nearest, long.MinValue, long.MaxValue - 1);
    }

    private void SkipTo(long step)
    {
        var missing = step - _step - 1;
        if (missing > 0)
        {
            var cleared = Math.Min(missing, _values.Length);
            for (var s = step - cleared; s < step; s++)
            {
                _values[Slot(s)] = double.NaN;
                WaitingAll(Slot(s)).Fill(double.NaN);
            }

            foreach (var learner in _learners)
            {
                learner.Skip(missing);
            }
        }

        _step = step;
    }

    private void Learn(ReadOnlySpan<double> observation, double elapsed, PredictionBatch predictions, int row)
    {
        for (var i = 0; i < _learners.Length; i++)
        {
            switch (_health[i].After(_learners[i].Learn(observation, elapsed), _safety))
            {
                case SafetyStep.Keep:
                    _learners[i].KeepGood();
                    break;
                case SafetyStep.Return:
                    _learners[i].ReturnToGood();
                    predictions.Add(new Recovery(row, i));
                    break;
                default:
                    break;
            }
        }
    }

    private void Observe(ReadOnlySpan<double> observation, double elapsed)
    {
        _unlearned++;
        foreach (var learner in _learners)
        {
            learner.Observe(observation, elapsed);
        }
    }

    /// <summary>Before the record is learned from: whatever the own learner does about a change, it learns this record in the new
    /// way. One that is frozen does nothing about it; the alarm is one all the same.</summary>
    private void WatchDrift(double value, bool frozen, PredictionBatch predictions, int row)
    {
        if (_detectors.Length == 0)
        {
            return;
        }

        // The furthest horizon shows a change for as many records as it is long; one step ahead, a learner that starts from the last value
        // has recovered after one, which no detector can tell from noise.
        var made = _step - _task.FurthestHorizon;
        var error = made < 0 || double.IsNaN(_values[Slot(made)])
            ? double.NaN
            : ErrorStatistics.Absolute(value, Waiting(Slot(made), 0)[^1], _scale);
        for (var i = 0; i < _detectors.Length; i++)
        {
            // Detectors take no notice of NaN: at a step without a forecast there is no error.
            if (!_detectors[i].Add(_drift[i].On == DriftSignal.Input ? value : error))
            {
                continue;
            }

            _alarms++;
            predictions.Add(new DriftAlarm(row, i));
            if (_drift[i].Reaction != DriftReaction.None && !frozen)
            {
                ((IReactsToDrift)_learners[0]).React(_drift[i].Reaction);
            }
        }
    }

    private void ScoreDue(double value)
    {
        var scored = Records >= _task.Scoring.From;
        var horizons = _task.Horizons;
        for (var h = 0; h < horizons.Count; h++)
        {
            var made = _step - horizons[h];
            if (made < 0 || double.IsNaN(_values[Slot(made)]))
            {
                continue;
            }

            _intervals[h].Add(Math.Abs(value - Waiting(Slot(made), 0)[h]), _halfWidths[(Slot(made) * horizons.Count) + h], scored);
            if (!scored || _errors.Length == 0)
            {
                continue;
            }

            for (var i = 0; i < _learners.Length; i++)
            {
                _errors[(i * horizons.Count) + h].Add(value, Waiting(Slot(made), i)[h], _scale);
            }

            _errors[(_learners.Length * horizons.Count) + h].Add(value, _values[Slot(made)], _scale);
        }
    }

    /// <summary>Whether every step with a value has its forecasts, and the current step has a value.</summary>
    private bool WaitsWholly()
    {
        for (var slot = 0; slot < _values.Length; slot++)
        {
            if (!double.IsNaN(_values[slot]) && !TensorPrimitives.IsFiniteAll<double>(WaitingAll(slot)))
            {
                return false;
            }
        }

        return Records == 0 || !double.IsNaN(_values[Slot(_step)]);
    }

    private int Slot(long step) => (int)(step % _values.Length);

    /// <summary>The forecasts that a learner made at the step of a slot.</summary>
    private Span<double> Waiting(int slot, int learner)
    {
        var horizons = _latest.Length;
        return _forecasts.AsSpan(((slot * _learners.Length) + learner) * horizons, horizons);
    }

    private Span<double> WaitingAll(int slot)
    {
        var width = _learners.Length * _latest.Length;
        return _forecasts.AsSpan(slot * width, width);
    }
}
