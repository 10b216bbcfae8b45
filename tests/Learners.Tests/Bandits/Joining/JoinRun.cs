using System.Globalization;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Joining;

namespace StreamLearn.Learners.Tests.Bandits.Joining;

/// <summary>A fleet of one key beside the model: each step is a record made of a number, and after each the two are compared.</summary>
internal sealed class JoinRun
{
    private const string Key = "k";
    private const double Least = -2;
    private const double Most = 3;
    private const int Shared = 2;
    private const int Own = 1;

    private static readonly JoinPolicy[] Refusals = [JoinPolicy.Drop, JoinPolicy.DeadLetter];
    private static readonly double[] Unusable = [double.NaN, double.PositiveInfinity, Least - 0.01, Most + 0.01, 1e300];

    private readonly BanditTask _task;
    private readonly BanditFleetUnderTest _fleet;
    private readonly JoinModel _model;
    private readonly List<LearnedRound> _learned = [];
    private readonly int _ids;
    private long _now = 1_700_000_000_000;
    private int _serial;
    private bool _isThere;

    /// <param name="settings">Which of all combinations of settings.</param>
    internal JoinRun(int settings)
    {
        var random = Chance(settings);
        _task = new BanditTask
        {
            Actions = random.Next(2) == 0 ? ["a", "b", "c"] : [],
            SharedFeatures = Shared,
            ActionFeatures = Own,
            Feedback = random.Next(2) == 0 ? FeedbackKind.Cost : FeedbackKind.Reward,
            FeedbackMin = Least,
            FeedbackMax = Most,
            Join = new JoinOptions
            {
                TimeToLiveMilliseconds = random.Next(1, 40),
                MaxPending = random.Next(1, 6),
                Missing = random.Next(2) == 0 ? double.NaN : 0.5,
                Duplicates = Refusals[random.Next(2)],
                Late = Refusals[random.Next(2)],
                Early = (JoinPolicy)random.Next(3),
            },
        };
        _ids = random.Next(2, 25);
        _fleet = new BanditFleetUnderTest(new BanditPlan(_task, [RecordingBandit.Choice(_learned)], seed: 7, maxKeys: 1));
        _model = new JoinModel(_task.Join, CostOf);
    }

    internal JoinCounts Counts => _model.Counts;

    internal BanditTask Task => _task;

    /// <summary>One record, or a restart from stored state.</summary>
    internal void Step(int code)
    {
        var random = Chance(code);
        if (_isThere && random.Next(12) == 0)
        {
            _fleet.Restart();
        }

        var time = NextTime(random);
        var id = $"{new string('i', random.Next(_ids))}{random.Next(2)}";
        _learned.Clear();
        switch (random.Next(20))
        {
            case < 8:
                Context(random, id, time);
                break;
            case < 17:
                Feedback(id, time, Least + ((Most - Least) * random.Next(11) / 10));
                break;
            case < 19:
                Logged(random, id, time);
                break;
            default:
                Refused(id, time, Unusable[random.Next(Unusable.Length)]);
                break;
        }
    }

    private void Context(Random random, string id, long time)
    {
        var context = NextContext(random);
        var answer = _fleet.Process(new BanditFeed().Context(Key, time, id, context));
        var list = answer.List(0).ToArray();
        _isThere = true;
        AssertAsExpected(_model.Context(id, time, ContextText.Of(context), list), answer);
        Assert.Equal(answer.Statuses[0] == ExampleStatus.Predicted ? 1 + context.Actions : 0, list.Length);
        if (list.Length > 0)
        {
            Assert.True(list[1 + (int)list[0]] > 0 && context.IsAllowed((int)list[0]));
        }
    }

    private void Logged(Random random, string id, long time)
    {
        var context = NextContext(random);
        var action = 0;
        while (!context.IsAllowed(action))
        {
            action++;
        }

        var probability = (1 + random.Next(4)) / 4.0;
        var feedback = (double)random.Next((int)Least, (int)Most + 1);
        var answer = _fleet.Process(new BanditFeed().Logged(Key, time, id, context, action, probability, feedback));
        _isThere = true;
        AssertAsExpected(_model.Logged(id, time, ContextText.Of(context), action, probability, feedback), answer);
    }

    private void Feedback(string id, long time, double feedback)
    {
        var answer = _fleet.Process(new BanditFeed().Feedback(Key, time, id, feedback));
        if (!_isThere && _task.Join.Early != JoinPolicy.Hold)
        {
            // Nothing has been seen of the key: there is nobody to know the id, and no reason to make one.
            Assert.Equal(_task.Join.Early == JoinPolicy.Drop ? ExampleStatus.Dropped : ExampleStatus.UnknownDecision, answer.Statuses[0]);
            Assert.Equal(0, _fleet.Fleet.Keys);
            return;
        }

        _isThere = true;
        AssertAsExpected(_model.Feedback(id, time, feedback), answer);
    }

    /// <summary>Feedback that cannot be: it changes nothing, not even the time.</summary>
    private void Refused(string id, long time, double feedback)
    {
        var before = _fleet.Save();
        var answer = _fleet.Process(new BanditFeed().Feedback(Key, time, id, feedback));
        Assert.Equal(ExampleStatus.Unusable, answer.Statuses[0]);
        BanditFleetUnderTest.AssertSame(before, _fleet.Save());
        Assert.Empty(_learned);
    }

    private void AssertAsExpected(ExampleStatus expected, PredictionBatch answer)
    {
        Assert.Equal(expected, answer.Statuses[0]);
        Assert.Equal(_model.Version, answer.ModelVersions[0]);
        Assert.Equal(_model.Learned, _learned);
        var report = _fleet.ReportOf(Key);
        Assert.Equal(_model.Counts, report.Join);
        Assert.Equal(
            (_model.Records, _model.Time, _model.Decisions, _model.LearnedRounds, _model.Cost, _model.Sizes.Waiting),
            (report.Records, report.Time, report.Decisions, report.Learned, report.Cost, report.Waiting));
        var (waiting, finished, early) = _fleet.JoinSizes(Key);
        Assert.Equal(_model.Sizes, (waiting, finished, early));
        Assert.True(waiting <= _task.Join.MaxPending && finished <= _task.Join.MaxPending && early <= _task.Join.MaxPending);
    }

    private BanditContext NextContext(Random random)
    {
        var actions = _task.HasFixedActions ? _task.Actions.Count : random.Next(1, 5);
        float[] shared = [++_serial, random.Next(100)];
        var own = Enumerable.Range(0, actions).Select(action => (float)random.Next(100)).ToArray();
        var mask = Enumerable.Range(0, actions).Select(_ => (byte)random.Next(2)).ToArray();
        mask[random.Next(actions)] = 1;
        return new BanditContext(actions, shared, own, random.Next(2) == 0 ? mask : []);
    }

    /// <summary>Mostly a little later; the same, late, or a jump now and then.</summary>
    private long NextTime(Random random)
    {
        switch (random.Next(10))
        {
            case 0:
                return _now - random.Next(60);
            case 1:
                return _now += random.Next(100);
            case < 5:
                return _now;
            default:
                return _now += random.Next(4);
        }
    }

    /// <summary>Seeds that are alike give <see cref="Random"/> numbers that are alike: they are mixed first.</summary>
    private static Random Chance(int seed)
    {
        var mixed = (ulong)(uint)seed + 0x9e3779b97f4a7c15;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return new Random((int)(mixed >> 33));
    }

    /// <summary>In its own words, for the model.</summary>
    private double CostOf(double feedback) =>
        _task.Feedback == FeedbackKind.Cost ? (feedback - Least) / (Most - Least) : 1 - ((feedback - Least) / (Most - Least));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_task.Join}, {_task.Feedback}, {_ids} ids");
}
