using System.Buffers;
using System.Security.Cryptography;
using MessagePack;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Supervised.Scores;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Learners.Supervised;

/// <summary>
/// The learners of one key: the one whose predictions are published, the rivals beside it, the classes that are known, and features that wait for their
/// labels. What is predicted on is learned as it was then, and scored by what was said then.
/// </summary>
internal sealed class SupervisedLearners : KeyLearners
{
    private const string Format = "supervised-learners";
    private const int Fields = 10;

    private readonly SupervisedTask _task;
    private readonly ISupervisedLearner[] _learners;
    private readonly LearnerHealth[] _health;
    private readonly SafetyOptions _safety;
    private readonly RecordJoin<WaitingExample> _join;
    private readonly OutcomeScoring _scores;

    // Of all keys where they are known from the start.
    private readonly LabelBook _labels;
    private readonly bool _labelsGrow;

    private long _records;
    private long _predicted;
    private long _learned;

    // Of those whose label is known, the ones that the learners have not learned, because the key was frozen or the label is one too many.
    private long _unlearned;

    // What was right last: a class, -1 before the first; or a number.
    private double _last;

    // Of the last record: labels learned before it was predicted on, and its version. No state.
    private long _version;

    // [learners, width], of the record that is predicted on. A label that has come early.
    private double[] _opinions = [];
    private readonly byte[] _early = new byte[SupervisedTask.MostLabelBytes];

    internal SupervisedLearners(SupervisedPlan plan, ReadOnlySpan<byte> key, FleetWorkspaces workspaces)
    {
        _task = plan.Task;
        _safety = plan.Safety;
        _labels = plan.FixedLabels ?? new LabelBook(_task.LargestClasses);
        _labelsGrow = _task is { IsClassification: true, HasFixedClasses: false };
        _last = _task.IsClassification ? -1 : 0;
        _learners = new ISupervisedLearner[plan.Learners.Count];
        _health = new LearnerHealth[_learners.Length];
        try
        {
            for (var i = 0; i < _learners.Length; i++)
            {
                _learners[i] = plan.CreateLearner(i, key, workspaces);
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        _scores = _task.IsClassification ? new ClassScoring(_task.Scoring, _learners.Length) : new TargetScoring(_task.Scoring, _learners.Length);
        _scores.Grow(_labels.Count);
        _join = new RecordJoin<WaitingExample>("label-join", _task.Join, () => new WaitingExample(_task, _learners.Length));
    }

    /// <summary>Labels learned when the last record was predicted on; where nothing was predicted, learned so far.</summary>
    internal override long Version => _version;

    /// <summary>Labels that the learners have learned.</summary>
    private long Taught => _learned - _unlearned;

    /// <summary>Numbers of a prediction now.</summary>
    private int Width => _task.IsClassification ? _labels.Count : 1;

    /// <summary>Takes in a record.</summary>
    /// <param name="record">The record, of the task's form.</param>
    /// <param name="time">Its event time, ms since 1970.</param>
    /// <param name="frozen">Whether the learners learn nothing: predictions, labels and scores go on.</param>
    /// <param name="predictions">Receives the prediction and what happened.</param>
    /// <param name="row">Row in them.</param>
    internal ExampleStatus Step(in SupervisedRecord record, long time, bool frozen, PredictionBatch predictions, int row)
    {
        _version = Taught;
        if (_labelsGrow && record.HasLabel && !_labels.HasRoom && _labels.IndexOf(record.Label) < 0)
        {
            return ExampleStatus.UnknownLabel;
        }

        _records++;
        _join.Advance(time);
        while (_join.TryTakeMissed(out _))
        {
            // Counted: what was right is not known, and nothing is learned.
        }

        var status = record.Kind switch
        {
            SupervisedRecordKind.Features => Predict(record, time, frozen, predictions, row),
            SupervisedRecordKind.Label => TakeLabel(record, time, frozen, predictions, row),
            _ => TakeLabelled(record, time, frozen, predictions, row),
        };
        if (status != ExampleStatus.Predicted)
        {
            _version = Taught;
        }

        return status;
    }

    /// <summary>What the own learner would say. Nothing changes, and nothing waits for a label.</summary>
    internal Foresight Foresee(ReadOnlySpan<float> features, long time)
    {
        var outputs = new double[Width];
        Predict(0, features, outputs);
        return new Foresight(
            ForesightStatus.Predicted, Taught, time, _task.IsClassification ? [ScoredClass.MostProbable(outputs), .. outputs] : outputs,
            _labelsGrow ? _labels.Texts.ToArray() : null);
    }

    /// <inheritdoc/>
    internal override Foresight Recall() => new(ForesightStatus.NothingYet, Taught, Time, []);

    /// <inheritdoc/>
    internal override KeyGlance Glance(byte[] key) => new(key, IsResident: true, _records, Time, Taught);

    /// <inheritdoc/>
    internal override KeyReport Report(ReadOnlySpan<byte> key)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        Save(ref writer);
        writer.Flush();
        return new SupervisedKeyReport(
            key.ToArray(), _records, Time, [.. _health.Select(health => health.Refused)], [.. _health.Select(health => health.Recoveries)],
            SHA256.HashData(buffer.WrittenSpan), Frozen: false, _predicted, _learned, _join.Waiting, _join.Counts,
            _task.IsClassification ? _labels.Names() : [],
            _scores is ClassScoring classes ? ByView(_learners.Length, classes.Of) : [],
            _scores is TargetScoring targets ? ByView(_learners.Length + 1, targets.Of) : [],
            _learners[0] is IWeighsSamples weighs ? ReweightingStanding.Of(weighs.Reweighter) : default);

        static T[] ByView<T>(int learners, Func<int, ScoreView, T> of) =>
            [.. Enumerable.Range(0, learners * SupervisedKeyReport.Views).Select(at => of(at / SupervisedKeyReport.Views, (ScoreView)(at % SupervisedKeyReport.Views)))];
    }

    /// <inheritdoc/>
    internal override void Measure(TaskMeasures measures)
    {
        var supervised = (SupervisedMeasures)measures;
        supervised.AddKey(_records, _join.Watermark, _health);
        supervised.AddRecords(_predicted, _learned, _join.Waiting, _join.Counts, _labels.Count);
        supervised.AddScores(_scores);
        if (_learners[0] is IWeighsSamples weighs)
        {
            supervised.AddReweighting(ReweightingStanding.Of(weighs.Reweighter));
        }
    }

    /// <inheritdoc/>
    internal override KeyStanding Stand(byte[] key, double rank)
    {
        var numbers = new double[SupervisedStanding.Count];
        numbers[SupervisedStanding.Predicted] = _predicted;
        numbers[SupervisedStanding.Learned] = _learned;
        numbers[SupervisedStanding.Waiting] = _join.Waiting;
        numbers[SupervisedStanding.Error] = _scores.FadingError(0);
        numbers[SupervisedStanding.BaselineError] = _scores.FadingError(_learners.Length);
        numbers[SupervisedStanding.Skill] = _scores.FadingSkill;
        numbers[SupervisedStanding.Classes] = _task.IsClassification ? _labels.Count : double.NaN;
        return new KeyStanding(key, _records, Time, rank, numbers);
    }

    /// <inheritdoc/>
    internal override double Rank(KeyRank by) => by == KeyRank.Records ? _records : _scores.FadingError(0);

    /// <inheritdoc/>
    internal override IEnumerable<NetworkWeights> Weights(Func<int, string> nameOf)
    {
        for (var i = 0; i < _learners.Length; i++)
        {
            if (_learners[i] is IHasNetworks networks)
            {
                foreach (var weights in networks.Weights(nameOf(i)))
                {
                    yield return weights;
                }
            }
        }
    }

    /// <inheritdoc/>
    internal override void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Format, 1, Fields);
        writer.Write(_records);
        writer.Write(_predicted);
        writer.Write(_learned);
        writer.Write(_unlearned);
        writer.Write(_last);
        if (_labelsGrow)
        {
            _labels.Save(ref writer);
        }
        else
        {
            writer.WriteNil();
        }

        _join.Save(ref writer);
        writer.WriteArrayHeader(_health.Length);
        foreach (var health in _health)
        {
            health.Save(ref writer);
        }

        _scores.Save(ref writer);
        writer.WriteArrayHeader(_learners.Length);
        foreach (var learner in _learners)
        {
            learner.Save(ref writer);
        }
    }

    /// <inheritdoc/>
    internal override void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Format, 1, Fields);
        _records = reader.ReadInt64();
        _predicted = reader.ReadInt64();
        _learned = reader.ReadInt64();
        _unlearned = reader.ReadInt64();
        _last = reader.ReadFinite();
        if (_labelsGrow)
        {
            _labels.Load(ref reader);
        }
        else
        {
            StateFormat.Require(reader.TryReadNil(), "labels grow that are known from the start");
        }

        StateFormat.Require(
            _records >= 0 && _predicted >= 0 && _predicted <= _records && _learned >= 0 && _learned <= _records && _unlearned >= 0 && _unlearned <= _learned,
            "a key's records, predictions and labels contradict each other");
        StateFormat.Require(
            !_task.IsClassification || (_last >= -1 && _last < _labels.Count && _last == Math.Truncate(_last)), "the last class is none of the classes");
        _join.Load(ref reader);
        reader.ReadLength(_health.Length);
        foreach (ref var health in _health.AsSpan())
        {
            health.Load(ref reader);
        }

        _scores.Load(ref reader, _task.IsClassification ? _labels.Count : 0);
        reader.ReadLength(_learners.Length);
        foreach (var learner in _learners)
        {
            learner.Load(ref reader);
            StateFormat.Require(learner.Outputs == Width, "a learner knows other classes than the key");
        }

        _version = Taught;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var learner in _learners)
        {
            // Null where making them has failed half-way.
            learner?.Dispose();
        }

        base.Dispose();
    }

    private long Time => _records == 0 ? 0 : _join.Watermark;

    private ExampleStatus Predict(in SupervisedRecord record, long time, bool frozen, PredictionBatch predictions, int row)
    {
        if (record.Id.IsEmpty || !_task.LabelsComeApart)
        {
            Answer(record.Features, Reserve(), predictions, row);
            return ExampleStatus.Predicted;
        }

        if (!_join.TryBegin(record.Id, out var early))
        {
            return Duplicate;
        }

        // What has come early is gone when the join is asked next.
        var target = early?.Target ?? 0;
        var label = _early.AsSpan(0, early?.Label.Length ?? 0);
        early?.Label.CopyTo(label);

        // Features whose label is there do not wait: they need no room.
        while (early is null && _join.TryMakeRoom(out _))
        {
            // Counted.
        }

        var entry = _join.Add(record.Id, time);
        entry.Keep(record.Features, Width, _last);
        Answer(record.Features, entry.Opinions, predictions, row);
        if (early is not null)
        {
            // Its time was that of the label: the features have waited for nothing.
            _join.Take(record.Id, time, out var example);
            Learn(example!.Features, example.Opinions, example.Width, example.Last, label, target, frozen, predictions, row);
        }

        return ExampleStatus.Predicted;
    }

    private ExampleStatus TakeLabel(in SupervisedRecord record, long time, bool frozen, PredictionBatch predictions, int row)
    {
        switch (_join.Take(record.Id, time, out var example))
        {
            case FeedbackVerdict.Joined:
                Learn(example!.Features, example.Opinions, example.Width, example.Last, record.Label, record.Target, frozen, predictions, row);
                return ExampleStatus.Learned;
            case FeedbackVerdict.Held:
                example!.KeepLabel(record.Label);
                example.Target = _task.IsClassification ? 0 : record.Target;
                return ExampleStatus.Held;
            case FeedbackVerdict.Duplicate:
                return _task.Join.Duplicates == JoinPolicy.DeadLetter ? ExampleStatus.DuplicateFeedback : ExampleStatus.Dropped;
            case FeedbackVerdict.Late:
                return _task.Join.Late == JoinPolicy.DeadLetter ? ExampleStatus.LateFeedback : ExampleStatus.Dropped;
            default:
                return _task.Join.Early == JoinPolicy.DeadLetter ? ExampleStatus.UnknownDecision : ExampleStatus.Dropped;
        }
    }

    private ExampleStatus TakeLabelled(in SupervisedRecord record, long time, bool frozen, PredictionBatch predictions, int row)
    {
        if (!record.Id.IsEmpty)
        {
            if (!_join.TryBeginLogged(record.Id))
            {
                return Duplicate;
            }

            // The id is remembered as one that is done with; what is learned is in the record.
            _join.Add(record.Id, time);
            _join.Take(record.Id, time, out _);
        }

        var (width, last) = (Width, _last);
        var opinions = Reserve();
        Answer(record.Features, opinions, predictions, row);
        Learn(record.Features, opinions, width, last, record.Label, record.Target, frozen, predictions, row);
        return ExampleStatus.Predicted;
    }

    private ExampleStatus Duplicate => _task.Join.Duplicates == JoinPolicy.DeadLetter ? ExampleStatus.DuplicateDecision : ExampleStatus.Dropped;

    /// <summary>All learners say what they think; what the own one thinks is the answer.</summary>
    private void Answer(ReadOnlySpan<float> features, Span<double> opinions, PredictionBatch predictions, int row)
    {
        _predicted++;
        var width = Width;
        for (var i = 0; i < _learners.Length; i++)
        {
            Predict(i, features, opinions.Slice(i * width, width));
        }

        var own = opinions[..width];
        if (!_task.IsClassification)
        {
            predictions.Row(row)[0] = own[0];
            return;
        }

        var list = predictions.AddList(1 + width);
        list[0] = ScoredClass.MostProbable(own);
        own.CopyTo(list[1..]);
        if (_labelsGrow && width > 0)
        {
            _labels.Texts.CopyTo(predictions.AddText(_labels.Texts.Length));
        }
    }

    private void Predict(int learner, ReadOnlySpan<float> features, Span<double> outputs)
    {
        if (!outputs.IsEmpty)
        {
            _learners[learner].Predict(features, outputs);
        }
    }

    private void Learn(
        ReadOnlySpan<float> features, ReadOnlySpan<double> opinions, int width, double last, ReadOnlySpan<byte> label, double target, bool frozen,
        PredictionBatch predictions, int row)
    {
        if (_task.IsClassification)
        {
            target = IndexOf(label, features, frozen);
        }

        if (_learned >= _task.Scoring.From)
        {
            _scores.Score(opinions, width, last, target);
        }
        else
        {
            _scores.Pass(target);
        }

        _learned++;
        _last = target;
        if (frozen || (_task.IsClassification && target < 0))
        {
            _unlearned++;
            return;
        }

        for (var i = 0; i < _learners.Length; i++)
        {
            switch (_health[i].After(_learners[i].Learn(features, target), _safety))
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

    /// <summary>The class of a label, a new one where it is new and may be learned; else -1.</summary>
    private int IndexOf(ReadOnlySpan<byte> label, ReadOnlySpan<float> features, bool frozen)
    {
        var index = _labels.IndexOf(label);
        if (index >= 0 || frozen || !_labels.HasRoom)
        {
            return index;
        }

        index = _labels.Add(label);
        _scores.Grow(_labels.Count);
        foreach (var learner in _learners)
        {
            learner.GrowClasses(_labels.Count, features);
        }

        return index;
    }

    private Span<double> Reserve()
    {
        var count = _learners.Length * Width;
        if (_opinions.Length < count)
        {
            _opinions = new double[count];
        }

        return _opinions.AsSpan(0, count);
    }
}
