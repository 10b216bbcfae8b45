using StreamLearn.Actors.Messages;
using StreamLearn.Cluster.Control;
using StreamLearn.Cluster.Membership;
using StreamLearn.Cluster.Placement;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.Supervised;
using StreamLearn.Learners.Supervised.Scores;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Cluster.Tests.Membership;

/// <summary>One of each message that crosses nodes, with something in every field.</summary>
internal static class WireMessages
{
    private static readonly BucketId Id = new(3, 2);

    /// <summary>By name.</summary>
    internal static IReadOnlyList<(string Name, object Message)> All { get; } =
    [
        ("Chunk", new Chunk(Id, 4, -1, 300, Examples, 5)),
        ("Ack", new Ack(Id, 4, 300, 301, 1, Predictions)),
        ("Ack with lists", new Ack(Id, 4, 300, 301, 0, Decisions)),
        ("Ack with classes", new Ack(Id, 4, 300, 301, 0, Classes)),
        ("Rewind", new Rewind(Id, 4, -1)),
        ("Persist", new Persist(Id, 5, 4, 300, 200)),
        ("Persisted", new Persisted(Id, 4, 300, 301)),
        ("PersistFailed", new PersistFailed(Id, 4, 300, "why")),
        ("Release", new Release(Id, 5)),
        ("BucketFailed", new BucketFailed(Id, 5, "why")),
        ("OwnerRefused", new OwnerRefused(Id, 5)),
        ("HandingOver", new HandingOver(Id, 5)),
        ("BarrierWanted", new BarrierWanted(Id, 5)),
        ("GetBucketReport", new GetBucketReport(Id, 10, 20)),
        ("BucketReport of forecasts", new BucketReport(Id, 300, 7, [Forecasts])),
        ("BucketReport of bandits", new BucketReport(Id, 300, 7, [Bandits])),
        ("BucketReport of classes", new BucketReport(Id, 300, 7, [Supervised])),
        ("BucketReport of texts", new BucketReport(Id, 300, 7, [Texts])),
        ("Predict", new Predict(Id, Examples, true)),
        ("Predicted", new Predicted(Id, 300, [new Foresight(ForesightStatus.Predicted, 7, 8, [1.5, -2]), new Foresight(ForesightStatus.Predicted, 7, 8, [0, 1], [1, 0, 97]), Foresight.UnknownKey])),
        ("PredictionRefused", new PredictionRefused(Id, "why")),
        ("GetKey", new GetKey(Id, [1, 2])),
        ("KeyDescribed", new KeyDescribed(Id, 300, Forecasts, new Foresight(ForesightStatus.TooLate, 7, 8, [1.5]))),
        ("GetBucketKeys", new GetBucketKeys(Id, 10, 20)),
        ("BucketKeys", new BucketKeys(Id, 7, [new KeyGlance([1, 2], true, 3, 4, 5)])),
        ("FindKeys", new FindKeys(Id, new KeySearch("text", KeyOrder.Error, 50))),
        ("FoundKeys", new FoundKeys(
            Id, 7, 5, [new KeyStanding([1, 2], 3, 4, 0.5, [1.5, double.NaN])], [new KeyEvent(5, 6, [1, 2], KeyEventKind.AlertRaised, 3, 4.5, 5.5)])),
        ("WatchKey", new WatchKey(Id, [1, 2], -2)),
        ("WatchedPoints", new WatchedPoints(Id, true, 9, true, [8, 9], [1, 2], 2, [1.5, double.NaN, 2.5, 3.5])),
        ("Hello", new Hello(5)),
        ("ControlQuestion", new ControlQuestion("p", true, 10_000)),
        ("ControlAnswer", new ControlAnswer(true, "why", [new ControlledPartition(3, 300, null), new ControlledPartition(4, -1, "why")])),
        ("NodeProfile", new NodeProfile(1, new Dictionary<string, string> { ["node.shards"] = "64" })),
        ("NodeReport", new NodeReport(
            NodeReport.CurrentVersion, "akka.tcp://streamlearn@127.0.0.1:4053", -7, 3, 1, 2, ["ingest", "learner"], 8, 2,
            [new PipelineCosts("p", "learner", [1, 500], [0.25f, float.NaN])])),
    ];

    private static ExampleBatch Examples => new(
        [299, 300], [1_700_000_000_000, 1_700_000_000_001], [ExampleKind.Example, ExampleKind.Tombstone], "ab"u8.ToArray(), [1, 2], [1.5, -2, 0, 0], 2,
        [7, ulong.MaxValue], [0, 1], [2, 3], [4, 5_000_000_000], [9, 8, 7], [1, 3]);

    private static PredictionBatch Predictions => new(
        [ExampleStatus.Predicted, ExampleStatus.NotFinite], [7, 0], [1.5, double.NaN, -0.0, 0], 2, [new DriftAlarm(1, 2)],
        [new AlertEvent(0, new AlertChange(true, 3, 4.5, 5.5, 6.5))], [1, 1], [new Recovery(1, 3)], contributions: [new DueContribution(1, [5, 6])]);

    private static PredictionBatch Decisions => new([ExampleStatus.Predicted, ExampleStatus.Held], [7, 0], [], 0, listEnds: [3, 3], lists: [1, 0.25, 0.75]);

    private static PredictionBatch Classes => new(
        [ExampleStatus.Predicted, ExampleStatus.UnknownLabel], [7, 0], [], 0, listEnds: [2, 2], lists: [0, 1], textEnds: [3, 3], texts: [1, 0, 97]);

    private static ForecastKeyReport Forecasts => new(
        [1, 2], 3, 4, [9], [21, 22], [10, 11], true, 5.5, [6, 7], [new ErrorSums(1, 2, 3, 4)], [8], 12, 13, 14, 15, 16, new AlertCounts(17, 18, 19, 20));

    private static BanditKeyReport Bandits => new(
        [1, 2], 3, 4, [9], [21, 22], [10, 11], false, 5, 6, 0.5, 7, new JoinCounts(1, 2, 3, 4, 5, 6, 7, 8), [[1], [2, 3]]);

    private static SupervisedKeyReport Supervised => new(
        [1, 2], 3, 4, [9], [21, 22], [10, 11], false, 5, 6, 7, new JoinCounts(1, 2, 3, 4, 5, 6, 7, 8), ["a", "b"],
        [new ClassSums(1, 2, 3, 4, 5, 6, [7, 8])], [new ErrorSums(1, 2, 3, 4)], new ReweightingStanding(1, 2, 3, 4, 5, 6, double.PositiveInfinity));

    private static LanguageKeyReport Texts => new(
        [1, 2], 3, 4, [9], [21, 22], [10, 11], false, ["a", "b"], 5, new SequenceTraining(1, 2, 3, 4, 5.5, 6.5, 7.5, 8), [[1], [2, 3]]);
}
