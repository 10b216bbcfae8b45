using System.Globalization;
using System.Text;
using StreamLearn.Actors.Events;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Control;
using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Events;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Records;

namespace StreamLearn.Actors.Tests.Events;

/// <summary>Where the records, contributions and averages of a pipeline with replicas go.</summary>
public sealed class ReplicaRoutingTests
{
    private static readonly PipelineDefinition Pipeline = ReplicatedPipeline.Create();

    [Fact]
    public void Given_contexts_and_rewards_of_few_keys_when_they_are_routed_then_those_of_a_decision_meet_and_all_partitions_have_some()
    {
        var contexts = Route(0, number => Context(number));
        var rewards = Route(1, number => Reward(number));

        Assert.Equal(contexts.Select(copy => copy.Partition), rewards.Select(copy => copy.Partition));
        Assert.Equal(ReplicatedPipeline.Partitions, contexts.Select(copy => copy.Partition).Distinct().Count());
        Assert.All(contexts, copy => Assert.Equal("shop", Encoding.UTF8.GetString(copy.Key!)));

        static IReadOnlyList<OutputRecord> Route(byte source, Func<int, string> text)
        {
            var batch = Pipeline.Sources[source].Schema.CreateDecoder().Decode(Examples.Records(0, 0, [.. Enumerable.Range(0, 40).Select(number =>
                ("message-key", (string?)text(number)))]));
            return new EventsRouter(source, ReplicatedPipeline.Partitions, plan: Pipeline.Plan).Route(batch).Copies;
        }
    }

    [Fact]
    public void Given_records_of_many_keys_when_a_replica_learns_them_then_they_are_in_one_bucket_and_outputs_have_their_keys_and_contributions_their_order()
    {
        var (outputs, batches) = (new List<OutputBatch>(), new[] { Batch(0, 60), Batch(60, 60) });
        using var rebuilt = new RebuiltOutputs(Pipeline, outputs.Add);
        var partition = new RebuiltPartition(Pipeline, 2, 0, rebuilt);

        Array.ForEach(batches, partition.Learn);

        Assert.Equal("offers", Encoding.UTF8.GetString(Assert.Single(partition.Report()).Key));
        Assert.Equal(
            Enumerable.Range(0, 60).Select(number => $"shop-{number % 7}"),
            outputs.Where(batch => batch.Topic == "offers.decisions").SelectMany(batch => batch.Records).Select(record => Encoding.UTF8.GetString(record.Key!)));
        var contributions = outputs.Where(batch => batch.Topic == "offers.contributions").SelectMany(batch => batch.Records)
            .Select(record => Contribution.TryDecode(record.Value)!).ToArray();
        Assert.Equal([(2, 1L), (2, 2L)], contributions.Select(contribution => (contribution.Replica, contribution.Sequence)));
        Assert.All(outputs.Where(batch => batch.Topic == "offers.contributions"), batch => Assert.Null(batch.Origin));
    }

    [Fact]
    public void Given_a_log_whose_end_no_node_has_learned_when_a_replica_is_made_anew_then_its_first_contribution_that_nobody_has_written_is_found()
    {
        var outputs = new List<OutputBatch>();
        using var rebuilt = new RebuiltOutputs(Pipeline, outputs.Add);
        using var partition = new RebuiltPartition(Pipeline, 2, 0, rebuilt);
        partition.Learn(Batch(0, 60));
        partition.Learn(Batch(60, 60));
        var contributions = outputs.Where(batch => batch.Topic == "offers.contributions").SelectMany(batch => batch.Records).Select(record => record.Value!).ToArray();
        Assert.Equal([KeyValuePair.Create(0, (1L, 2L))], partition.Outstanding);

        var published = new PublishedContributions();
        published.Add("no contribution"u8);
        Assert.Equal((0, 1L), published.FirstMissing(partition));
        published.Add(contributions[0]);
        Assert.Equal((0, 2L), published.FirstMissing(partition));
        published.Add(contributions[1]);
        published.Add(contributions[0]);
        Assert.Null(published.FirstMissing(partition));
    }

    /// <summary>Retention may have deleted the contribution: its average is in the log, and nobody waits for it.</summary>
    [Theory]
    [InlineData(1, 2L)]
    [InlineData(2, null)]
    public void Given_an_average_in_the_log_when_a_replica_is_made_anew_then_what_it_has_need_not_be_among_the_contributions(long averaged, long? missing)
    {
        using var partition = new RebuiltPartition(Pipeline, 2, 0);
        partition.Learn(Batch(0, 60));
        partition.Learn(Batch(60, 60));
        var average = new ReplicaAverage(0, 40, ReplicaAverage.None, [new AverageMember(1, 9), new AverageMember(2, averaged)], new float[LayoutCount()]);
        var other = new ReplicaAverage(0, 41, 40, [new AverageMember(1, 10)], new float[LayoutCount()]);

        partition.Learn(Events(120, [.. new[] { average, other }.Select(one => new AverageRouter(3).Route(one, 1234).ElementAt(2).Value!)]));

        Assert.Equal((120, 0), ((int)partition.Records, (int)partition.DeadLetters));
        Assert.Equal(missing is { } sequence ? (0, sequence) : null, new PublishedContributions().FirstMissing(partition));
    }

    [Fact]
    public void Given_an_average_when_it_is_routed_then_every_partition_has_it_and_replicas_take_it_once()
    {
        var partition = new RebuiltPartition(Pipeline, 1, 0);
        partition.Learn(Batch(0, 10));
        var before = partition.Report().Single().StateDigest;
        var average = new ReplicaAverage(0, 40, ReplicaAverage.None, [new AverageMember(0, 1)], new float[LayoutCount()]);

        var copies = new AverageRouter(3).Route(average, 1234).ToArray();

        Assert.Equal([0, 1, 2], copies.Select(copy => copy.Partition));
        Assert.True(EventEnvelope.TryDecode(copies[2].Value, out var envelope));
        Assert.Equal((new EventOrigin(EventOrigin.Averages, 0, 40), 1234), (envelope.Origin, envelope.Timestamp));
        partition.Learn(Events(10, copies[1].Value!, copies[1].Value!));
        Assert.Equal((10, 0), ((int)partition.Records, (int)partition.DeadLetters));
        var after = partition.Report().Single().StateDigest;
        Assert.NotEqual(before, after);
        partition.Learn(Events(12, copies[1].Value!));
        Assert.Equal(after, partition.Report().Single().StateDigest);
    }

    [Fact]
    public void Given_a_replica_that_is_frozen_when_rewards_come_then_it_contributes_nothing_until_it_learns_again()
    {
        var outputs = new List<OutputBatch>();
        using var rebuilt = new RebuiltOutputs(Pipeline, outputs.Add);
        using var partition = new RebuiltPartition(Pipeline, 1, 0, rebuilt);
        partition.Learn(Batch(0, 60));
        partition.Learn(Events(60, Say(ControlVerb.Freeze)));
        partition.Learn(Batch(61, 30));
        Assert.True(partition.Report().Single().Frozen);
        Assert.Equal(0, Contributions());

        partition.Learn(Events(91, Say(ControlVerb.Unfreeze)));
        partition.Learn(Events(92, [.. Enumerable.Range(30, 30).Select(number => new EventEnvelope
        {
            Origin = new EventOrigin(1, 0, 1000 + number), Timestamp = 5, HasKey = false, HasValue = true, Key = [], Value = Encoding.UTF8.GetBytes(Reward(number)),
        }.Encode())]));
        Assert.True(Contributions() > 0, "It contributes nothing.");
        Assert.Equal(0, partition.DeadLetters);

        int Contributions() => outputs.Where(batch => batch.Topic == "offers.contributions").Sum(batch => batch.Records.Count);

        static byte[] Say(ControlVerb verb) => new ControlRouter(ReplicatedPipeline.Partitions).Route(new ControlRecord(verb, ControlScope.Pipeline, "r"), [], 5)[1].Value!;
    }

    [Fact]
    public void Given_a_tombstone_when_a_replica_gets_it_then_it_is_a_dead_letter_and_nothing_is_forgotten()
    {
        var outputs = new List<OutputBatch>();
        using var rebuilt = new RebuiltOutputs(Pipeline, outputs.Add);
        var partition = new RebuiltPartition(Pipeline, 1, 0, rebuilt);
        partition.Learn(Batch(0, 10));
        partition.Learn(Events(10, new EventEnvelope
        {
            Origin = new EventOrigin(0, 0, 500), Timestamp = 5, HasKey = true, HasValue = false, Key = "shop-1"u8, Value = [],
        }.Encode()));

        Assert.Single(partition.Report());
        var letter = Assert.Single(outputs.Where(batch => batch.Topic == "offers.dead-letter").SelectMany(batch => batch.Records));
        Assert.Equal(("unusable", 500L), (letter.Reason, letter.SourceOffset));
    }

    private static int LayoutCount() => ((IAveragedLearner)Learners.Bandits.BanditCatalog.Find("linear-square-cb")!.Create(
        ((Learners.Bandits.BanditPlan)Pipeline.Plan).Task, Pipeline.Plan.Learners[0].Options, 1, new Learners.Fleets.FleetWorkspaces())).Layout.Count;

    private static string Context(int number, string key = "shop") => string.Create(
        CultureInfo.InvariantCulture, $"{{\"key\":\"{key}\",\"id\":\"d{number}\",\"time\":{1000 + number},\"x\":{number % 5}}}");

    private static string Reward(int number) => string.Create(
        CultureInfo.InvariantCulture, $"{{\"key\":\"shop\",\"id\":\"d{number}\",\"time\":{1000 + number},\"reward\":{number % 2}}}");

    /// <summary>Contexts, then the rewards on them: copies in the events topic.</summary>
    private static RecordBatch Batch(int from, int count) => Events(from, [.. Enumerable.Range(from, count).Select(at => new EventEnvelope
    {
        Origin = new EventOrigin((byte)(from == 0 ? 0 : 1), 0, at),
        Timestamp = 5,
        HasKey = false,
        HasValue = true,
        Key = [],
        Value = Encoding.UTF8.GetBytes(from == 0 ? Context(at, $"shop-{at % 7}") : Reward(at - from)),
    }.Encode())]);

    private static RecordBatch Events(long offset, params byte[][] values)
    {
        var builder = new RecordBatchBuilder("offers.events", 1, values.Length, 1 << 20);
        foreach (var value in values)
        {
            builder.Add(offset++, 5, [], hasKey: false, value, hasValue: true);
        }

        return builder.Build(epoch: 0);
    }
}
