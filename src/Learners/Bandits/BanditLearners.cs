using System.Buffers;
using System.Security.Cryptography;
using MessagePack;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Bandits.Exploration;
using StreamLearn.Learners.Bandits.OffPolicy;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Learners.Bandits;

/// <summary>
/// The learners of one key: the one that decides, the rivals that say what they would have done, and the decisions that wait for feedback. A
/// context is decided on by what is known then; its cost is learned when the feedback comes, with the context as it was.
/// </summary>
internal sealed class BanditLearners : KeyLearners
{
    private const string Format = "bandit-learners";
    private const int Fields = 12;

    private readonly BanditTask _task;
    private readonly IBanditLearner[] _learners;
    private readonly LearnerHealth[] _health;
    private readonly OffPolicyEstimator[] _estimates;
    private readonly SafetyOptions _safety;
    private readonly RecordJoin<WaitingDecision> _join;
    private readonly Xoshiro256 _random;

    // Null: the model is this key's alone.
    private readonly ReplicaExchange? _exchange;

    // [K], of the decision that is being made.
    private double[] _costs = [];
    private double[] _probabilities = [];

    private long _records;
    private long _decisions;
    private long _learned;
    private double _cost;

    // Of those whose cost is known, the ones that the learners have not learned, because the key was frozen.
    private long _unlearned;

    // While a record is taken in: whether it is.
    private bool _frozen;

    // Of the last record: rounds learned before it was decided on, and its version. No state.
    private long _decidedAfter;
    private long _version;

    // For people, of this process: no state.
    private RecentDecisions _recent = new();

    internal BanditLearners(BanditPlan plan, ReadOnlySpan<byte> key, FleetWorkspaces workspaces, int replica)
    {
        _task = plan.Task;
        _safety = plan.Safety;
        _learners = new IBanditLearner[plan.Learners.Count];
        _health = new LearnerHealth[_learners.Length];
        _estimates = new OffPolicyEstimator[_learners.Length];
        for (var i = 0; i < _learners.Length; i++)
        {
            _learners[i] = plan.CreateLearner(i, key, workspaces);
            _estimates[i] = new OffPolicyEstimator(plan.OffPolicy);
        }

        _join = new RecordJoin<WaitingDecision>("decision-join", _task.Join, () => new WaitingDecision(_task, _learners.Length));
        _random = new Xoshiro256(plan.DrawSeed(key, replica));
        _exchange = plan.Replicas is { } replicas ? new ReplicaExchange(replicas, replica, (IAveragedLearner)_learners[0]) : null;
    }

    /// <summary>Decisions learned when the last record was decided on; where nothing was decided, learned so far.</summary>
    internal override long Version => _version;

    /// <summary>Decisions whose cost the learners have learned.</summary>
    private long Taught => _learned - _unlearned;

    /// <summary>Takes in a record.</summary>
    /// <param name="record">The record, of the task's form.</param>
    /// <param name="time">Its event time, ms since 1970.</param>
    /// <param name="frozen">Whether the learners learn nothing: decisions, feedback and estimates go on.</param>
    /// <param name="predictions">Receives {action, its probabilities} of a decision, and what happened.</param>
    /// <param name="row">Row in them.</param>
    internal ExampleStatus Step(in BanditRecord record, long time, bool frozen, PredictionBatch predictions, int row)
    {
        _frozen = frozen;
        _records++;
        _join.Advance(time);
        while (_join.TryTakeMissed(out var missed))
        {
            LearnMissing(missed, predictions, row);
        }

        var status = record.Kind switch
        {
            BanditRecordKind.Context => Decide(record, time, predictions, row),
            BanditRecordKind.Feedback => TakeFeedback(record, time, predictions, row),
            _ => TakeLogged(record, time, predictions, row),
        };
        _version = status == ExampleStatus.Predicted ? _decidedAfter : Taught;
        return status;
    }

    /// <inheritdoc/>
    internal override ExampleStatus TakeAverage(ReadOnlySpan<byte> average)
    {
        _version = Taught;
        return _exchange is null || _exchange.Apply(average) == AverageOutcome.Unusable ? ExampleStatus.Unusable : ExampleStatus.Averaged;
    }

    /// <summary>With which probability the learner that decides would choose each action now. Nothing is drawn, and nothing waits for feedback.</summary>
    /// <remarks>As the model is: decisions that would have waited too long at <paramref name="time"/>, and count as something then, are not learned first.</remarks>
    internal Foresight Foresee(in BanditContext context, long time)
    {
        Reserve(context.Actions);
        var probabilities = new double[context.Actions];
        _learners[0].Decide(context, _costs.AsSpan(0, context.Actions), probabilities);
        return new Foresight(ForesightStatus.Predicted, Taught, time, probabilities);
    }

    /// <inheritdoc/>
    internal override Foresight Recall() => new(ForesightStatus.NothingYet, Taught, _records == 0 ? 0 : _join.Watermark, []);

    /// <inheritdoc/>
    internal override KeyGlance Glance(byte[] key) => new(key, IsResident: true, _records, _records == 0 ? 0 : _join.Watermark, Taught);

    /// <inheritdoc/>
    internal override KeyReport Report(ReadOnlySpan<byte> key)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        Save(ref writer);
        writer.Flush();
        return new BanditKeyReport(
            key.ToArray(), _records, _records == 0 ? 0 : _join.Watermark, [.. _health.Select(health => health.Refused)],
            [.. _health.Select(health => health.Recoveries)], SHA256.HashData(buffer.WrittenSpan), Frozen: false, _decisions, _learned, _cost, _join.Waiting,
            _join.Counts, [.. _estimates.Select(Bytes)]);

        static byte[] Bytes(OffPolicyEstimator estimates)
        {
            var bytes = new ArrayBufferWriter<byte>();
            var writer = new MessagePackWriter(bytes);
            estimates.Save(ref writer);
            writer.Flush();
            return bytes.WrittenSpan.ToArray();
        }
    }

    /// <inheritdoc/>
    internal override void Measure(TaskMeasures measures)
    {
        var bandit = (BanditMeasures)measures;
        bandit.AddKey(_records, _join.Watermark, _health);
        bandit.AddDecisions(_decisions, _learned, _cost, _join.Waiting, _join.Counts, _recent);
        for (var i = 0; i < _estimates.Length; i++)
        {
            bandit.AddEstimates(i, _estimates[i]);
        }
    }

    /// <inheritdoc/>
    internal override KeyStanding Stand(byte[] key, double rank)
    {
        var numbers = new double[BanditStanding.Count];
        numbers[BanditStanding.Decisions] = _decisions;
        numbers[BanditStanding.Learned] = _learned;
        numbers[BanditStanding.Waiting] = _join.Waiting;
        numbers[BanditStanding.Loss] = _cost / _learned;
        numbers[BanditStanding.FadingLoss] = _recent.Loss;
        numbers[BanditStanding.Propensity] = _recent.Propensity;
        return new KeyStanding(key, _records, _join.Watermark, rank, numbers);
    }

    /// <inheritdoc/>
    internal override double Rank(KeyRank by) => by == KeyRank.Records ? _records : _recent.Loss;

    /// <inheritdoc/>
    internal override IEnumerable<NetworkWeights> Weights(Func<int, string> nameOf) => [];

    /// <inheritdoc/>
    internal override void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Format, 2, Fields - (_exchange is null ? 2 : 1));
        writer.Write(_records);
        writer.Write(_decisions);
        writer.Write(_learned);
        writer.Write(_unlearned);
        writer.Write(_cost);
        _random.Save(ref writer);
        _join.Save(ref writer);
        writer.WriteArrayHeader(_health.Length);
        foreach (var health in _health)
        {
            health.Save(ref writer);
        }

        writer.WriteArrayHeader(_estimates.Length);
        foreach (var estimates in _estimates)
        {
            estimates.Save(ref writer);
        }

        writer.WriteArrayHeader(_learners.Length);
        foreach (var learner in _learners)
        {
            learner.Save(ref writer);
        }

        _exchange?.Save(ref writer);
    }

    /// <inheritdoc/>
    internal override void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Format, 2, Fields - (_exchange is null ? 2 : 1));
        _records = reader.ReadInt64();
        _decisions = reader.ReadInt64();
        _learned = reader.ReadInt64();
        _unlearned = reader.ReadInt64();
        _cost = reader.ReadFinite();
        StateFormat.Require(
            _records >= 0 && _decisions >= 0 && _learned >= 0 && _unlearned >= 0 && _unlearned <= _learned && _decisions <= _records && _cost >= 0 && _cost <= _learned,
            "a key's records, decisions and costs contradict each other");
        _random.Load(ref reader);
        _join.Load(ref reader);
        reader.ReadLength(_health.Length);
        foreach (ref var health in _health.AsSpan())
        {
            health.Load(ref reader);
        }

        reader.ReadLength(_estimates.Length);
        foreach (var estimates in _estimates)
        {
            estimates.Load(ref reader);
        }

        reader.ReadLength(_learners.Length);
        foreach (var learner in _learners)
        {
            learner.Load(ref reader);
        }

        _exchange?.Load(ref reader);
    }

    private ExampleStatus Decide(in BanditRecord record, long time, PredictionBatch predictions, int row)
    {
        if (!_join.TryBegin(record.Id, out var early))
        {
            return _task.Join.Duplicates == JoinPolicy.DeadLetter ? ExampleStatus.DuplicateDecision : ExampleStatus.Dropped;
        }

        var earlyCost = early?.Cost ?? double.NaN;

        // A decision whose feedback is there does not wait: it needs no room.
        while (double.IsNaN(earlyCost) && _join.TryMakeRoom(out var missed))
        {
            LearnMissing(missed, predictions, row);
        }

        _decidedAfter = Taught;
        var context = record.Context;
        var entry = _join.Add(record.Id, time);
        entry.Keep(context);
        Reserve(context.Actions);
        var costs = _costs.AsSpan(0, context.Actions);
        var probabilities = _probabilities.AsSpan(0, context.Actions);
        _learners[0].Decide(context, costs, probabilities);
        var action = ActionSampler.Draw(probabilities, _random);
        entry.Action = action;
        entry.Probability = Math.Min(1, probabilities[action]);
        _recent.AddDecision(entry.Probability);
        var list = predictions.AddList(1 + probabilities.Length);
        list[0] = action;
        probabilities.CopyTo(list[1..]);
        TakeOpinion(0, action, costs, probabilities, entry.Opinions);
        TakeRivalsOpinions(context, action, entry.Opinions);
        _decisions++;
        if (!double.IsNaN(earlyCost))
        {
            // Its time was that of the feedback: the decision has waited for nothing.
            _join.Take(record.Id, time, out var decision);
            Learn(decision!, earlyCost, predictions, row);
        }

        return ExampleStatus.Predicted;
    }

    private ExampleStatus TakeFeedback(in BanditRecord record, long time, PredictionBatch predictions, int row)
    {
        var cost = _task.CostOf(record.Feedback);
        switch (_join.Take(record.Id, time, out var decision))
        {
            case FeedbackVerdict.Joined:
                Learn(decision!, cost, predictions, row);
                return ExampleStatus.Learned;
            case FeedbackVerdict.Held:
                decision!.Cost = cost;
                return ExampleStatus.Held;
            case FeedbackVerdict.Duplicate:
                return _task.Join.Duplicates == JoinPolicy.DeadLetter ? ExampleStatus.DuplicateFeedback : ExampleStatus.Dropped;
            case FeedbackVerdict.Late:
                return _task.Join.Late == JoinPolicy.DeadLetter ? ExampleStatus.LateFeedback : ExampleStatus.Dropped;
            default:
                return _task.Join.Early == JoinPolicy.DeadLetter ? ExampleStatus.UnknownDecision : ExampleStatus.Dropped;
        }
    }

    /// <summary>Somebody has decided and had the feedback: all learners say what they would have done, then learn.</summary>
    private ExampleStatus TakeLogged(in BanditRecord record, long time, PredictionBatch predictions, int row)
    {
        if (!_join.TryBeginLogged(record.Id))
        {
            return _task.Join.Duplicates == JoinPolicy.DeadLetter ? ExampleStatus.DuplicateDecision : ExampleStatus.Dropped;
        }

        var context = record.Context;
        var entry = _join.Add(record.Id, time);
        entry.Keep(context);
        Reserve(context.Actions);
        entry.Action = record.Action;
        entry.Probability = record.Probability;
        for (var i = 0; i < _learners.Length; i++)
        {
            var costs = _costs.AsSpan(0, context.Actions);
            var probabilities = _probabilities.AsSpan(0, context.Actions);
            _learners[i].Decide(context, costs, probabilities);
            TakeOpinion(i, record.Action, costs, probabilities, entry.Opinions);
        }

        var cost = _task.CostOf(record.Feedback);
        _join.Take(record.Id, time, out var decision);
        Learn(decision!, cost, predictions, row);
        return ExampleStatus.Learned;
    }

    private void TakeRivalsOpinions(in BanditContext context, int action, double[] opinions)
    {
        var costs = _costs.AsSpan(0, context.Actions);
        var probabilities = _probabilities.AsSpan(0, context.Actions);
        for (var i = 1; i < _learners.Length; i++)
        {
            _learners[i].Decide(context, costs, probabilities);
            TakeOpinion(i, action, costs, probabilities, opinions);
        }
    }

    private static void TakeOpinion(int learner, int action, ReadOnlySpan<double> costs, ReadOnlySpan<double> probabilities, double[] opinions)
    {
        var expected = 0.0;
        for (var a = 0; a < costs.Length; a++)
        {
            expected += probabilities[a] * Math.Clamp(costs[a], 0, 1);
        }

        var at = learner * WaitingDecision.OpinionNumbers;
        opinions[at] = Math.Min(1, probabilities[action]);
        opinions[at + 1] = Math.Clamp(costs[action], 0, 1);
        opinions[at + 2] = expected;
    }

    private void LearnMissing(WaitingDecision missed, PredictionBatch predictions, int row)
    {
        if (!double.IsNaN(_task.Join.Missing))
        {
            Learn(missed, _task.CostOf(_task.Join.Missing), predictions, row);
        }
    }

    private void Learn(WaitingDecision decision, double cost, PredictionBatch predictions, int row)
    {
        var context = decision.Context;
        for (var i = 0; i < _learners.Length; i++)
        {
            var opinions = decision.Opinions.AsSpan(i * WaitingDecision.OpinionNumbers, WaitingDecision.OpinionNumbers);
            _estimates[i].Add(decision.Probability, opinions[0], cost, opinions[1], opinions[2]);
            if (!_frozen)
            {
                Learn(i, context, decision, cost, predictions, row);
            }
        }

        _learned++;
        _cost += cost;
        _recent.AddCost(cost);
        if (_frozen)
        {
            _unlearned++;
        }
        else if (_exchange?.AfterRecord() is { } contribution)
        {
            predictions.Add(new DueContribution(row, contribution));
        }
    }

    private void Learn(int learner, in BanditContext context, WaitingDecision decision, double cost, PredictionBatch predictions, int row)
    {
        switch (_health[learner].After(_learners[learner].Learn(context, decision.Action, decision.Probability, cost), _safety))
        {
            case SafetyStep.Keep:
                _learners[learner].KeepGood();
                break;
            case SafetyStep.Return:
                _learners[learner].ReturnToGood();
                predictions.Add(new Recovery(row, learner));
                break;
            default:
                break;
        }
    }

    private void Reserve(int actions)
    {
        if (_costs.Length < actions)
        {
            _costs = new double[actions];
            _probabilities = new double[actions];
        }
    }
}
