using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Joining;

namespace StreamLearn.Learners.Tests.Bandits.Joining;

/// <summary>
/// What the live join is to do, said in the most obvious way: lists that are searched from end to end. It shares no code with the real one; what was
/// drawn it is told.
/// </summary>
internal sealed class JoinModel(JoinOptions options, Func<double, double> costOf)
{
    private readonly List<Decision> _waiting = [];
    private readonly List<(string Id, bool HadFeedback)> _remembered = [];
    private readonly List<(string Id, double Cost, long Expires)> _early = [];
    private long _watermark = long.MinValue;
    private long _joined;
    private long _missing;
    private long _overflowed;
    private long _duplicates;
    private long _duplicateDecisions;
    private long _late;
    private long _held;
    private long _unknown;

    /// <summary>What the last record is to have taught, in this order.</summary>
    internal List<LearnedRound> Learned { get; } = [];

    internal long Records { get; private set; }

    internal long Time => _watermark;

    internal long Decisions { get; private set; }

    internal long LearnedRounds { get; private set; }

    internal double Cost { get; private set; }

    /// <summary>Rounds learned when the last record was decided on, or was through.</summary>
    internal long Version { get; private set; }

    internal (int Waiting, int Finished, int Early) Sizes => (_waiting.Count, _remembered.Count, _early.Count);

    internal JoinCounts Counts => new(_joined, _missing, _overflowed, _duplicates, _duplicateDecisions, _late, _held, _unknown);

    /// <summary>A context comes.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="time">Its event time.</param>
    /// <param name="context">It, as text.</param>
    /// <param name="list">{action, probabilities} that was answered; empty: nothing was.</param>
    internal ExampleStatus Context(string id, long time, string context, double[] list)
    {
        Begin(time);
        if (IsKnown(id))
        {
            return RefuseDecision();
        }

        Version = LearnedRounds;
        if (list.Length == 0)
        {
            // Something was to be decided: the caller sees that nothing was.
            return ExampleStatus.Predicted;
        }

        Decisions++;
        var action = (int)list[0];
        var decision = new Decision(id, context, action, list[1 + action], 0);
        var held = _early.FindIndex(early => early.Id == id);
        if (held >= 0)
        {
            var cost = _early[held].Cost;
            _early.RemoveAt(held);
            _joined++;
            Learn(decision, cost);
            Remember(id, hadFeedback: true);
            return ExampleStatus.Predicted;
        }

        if (_waiting.Count == options.MaxPending)
        {
            _overflowed++;
            Miss(_waiting[0]);
        }

        Version = LearnedRounds;
        _waiting.Add(decision with { Expires = Math.Max(time + options.TimeToLiveMilliseconds, Latest(_waiting.Select(other => other.Expires))) });
        return ExampleStatus.Predicted;
    }

    /// <summary>Somebody's decision with its feedback comes.</summary>
    internal ExampleStatus Logged(string id, long time, string context, int action, double probability, double feedback)
    {
        Begin(time);
        if (IsKnown(id))
        {
            return RefuseDecision();
        }

        if (_early.RemoveAll(early => early.Id == id) > 0)
        {
            // Two said what it cost; the log knows it for sure.
            _duplicates++;
        }

        _joined++;
        Learn(new Decision(id, context, action, probability, 0), costOf(feedback));
        Remember(id, hadFeedback: true);
        Version = LearnedRounds;
        return ExampleStatus.Learned;
    }

    internal ExampleStatus Feedback(string id, long time, double feedback)
    {
        Begin(time);
        var status = Take(id, time, costOf(feedback));
        Version = LearnedRounds;
        return status;
    }

    private ExampleStatus Take(string id, long time, double cost)
    {
        if (_waiting.Find(waiting => waiting.Id == id) is { } decision)
        {
            _joined++;
            _waiting.Remove(decision);
            Learn(decision, cost);
            Remember(id, hadFeedback: true);
            return ExampleStatus.Learned;
        }

        if (_remembered.Contains((id, true)) || _early.Exists(early => early.Id == id))
        {
            _duplicates++;
            return options.Duplicates == JoinPolicy.Drop ? ExampleStatus.Dropped : ExampleStatus.DuplicateFeedback;
        }

        if (_remembered.Contains((id, false)))
        {
            _late++;
            return options.Late == JoinPolicy.Drop ? ExampleStatus.Dropped : ExampleStatus.LateFeedback;
        }

        if (options.Early != JoinPolicy.Hold)
        {
            _unknown++;
            return options.Early == JoinPolicy.Drop ? ExampleStatus.Dropped : ExampleStatus.UnknownDecision;
        }

        if (_early.Count == options.MaxPending)
        {
            _unknown++;
            _early.RemoveAt(0);
        }

        _held++;
        _early.Add((id, cost, Math.Max(time + options.TimeToLiveMilliseconds, Latest(_early.Select(early => early.Expires)))));
        return ExampleStatus.Held;
    }

    private void Begin(long time)
    {
        Records++;
        Learned.Clear();
        _watermark = Math.Max(_watermark, time);
        _unknown += _early.RemoveAll(early => early.Expires < _watermark);
        foreach (var decision in _waiting.ToArray())
        {
            if (decision.Expires < _watermark)
            {
                _missing++;
                Miss(decision);
            }
        }

        Version = LearnedRounds;
    }

    private bool IsKnown(string id) => _waiting.Exists(waiting => waiting.Id == id) || _remembered.Exists(remembered => remembered.Id == id);

    private ExampleStatus RefuseDecision()
    {
        _duplicateDecisions++;
        return options.Duplicates == JoinPolicy.Drop ? ExampleStatus.Dropped : ExampleStatus.DuplicateDecision;
    }

    private void Miss(Decision decision)
    {
        _waiting.Remove(decision);
        Remember(decision.Id, hadFeedback: false);
        if (!double.IsNaN(options.Missing))
        {
            Learn(decision, costOf(options.Missing));
        }
    }

    private void Learn(Decision decision, double cost)
    {
        Learned.Add(new LearnedRound(decision.Context, decision.Action, decision.Probability, cost));
        LearnedRounds++;
        Cost += cost;
    }

    private void Remember(string id, bool hadFeedback)
    {
        _remembered.Add((id, hadFeedback));
        if (_remembered.Count > options.MaxPending)
        {
            _remembered.RemoveAt(0);
        }
    }

    private static long Latest(IEnumerable<long> times) => times.DefaultIfEmpty(long.MinValue).Max();

    private sealed record Decision(string Id, string Context, int Action, double Probability, long Expires);
}
