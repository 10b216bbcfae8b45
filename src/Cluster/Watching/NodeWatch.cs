using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Cluster;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Watching;
using StreamLearn.Cluster.Health;
using StreamLearn.Cluster.Metrics;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Cluster.Placement;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Cluster.Watching;

/// <summary>
/// What people look at of a node and its pipelines: how keys stand and what is seen of them, wherever in the cluster they live; what the node has measured
/// over the last while. Questions are shared by all who ask them, and bounded. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class NodeWatch(TimeProvider time)
{
    /// <summary>Keys of a list, at most.</summary>
    public const int MostKeys = 200;

    /// <summary>Events of a list, at most.</summary>
    public const int MostEvents = 100;

    // Buckets that are asked at the same time, and at all: of more, some are left out and counted as silent.
    private const int AskedAtOnce = 32;
    private const int MostBuckets = 4096;

    // Lists that are shared, and places that are remembered.
    private const int MostLists = 64;
    private const int MostPlaces = 4096;

    // Of all pipelines together.
    private const int MostMoments = 3600;
    private const int MostMomentsOfOne = 360;
    private const int FewestMoments = 60;

    // Keys of a pipeline that are all watched while somebody looks at their list; of a bucket, fewer than it watches, for others ask too.
    private const int MostForeseen = 64;
    private const int MostForeseenOfBucket = 4;

    private static readonly TimeSpan ForeseeEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ListLifetime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<(string Pipeline, KeySearch Search), SharedAnswer<KeyList>> _lists = new();
    private readonly ConcurrentDictionary<(string Pipeline, string Key), BucketId> _places = new();
    private readonly ConcurrentDictionary<string, (long Timestamp, int Keys)> _foreseen = new();
    private volatile Seen _seen = new([], null, new Dictionary<string, PipelineHistory>());

    /// <summary>The pipelines that run here; none before the node has started.</summary>
    public IReadOnlyList<RunningPipeline> Pipelines => _seen.Pipelines;

    /// <summary>What the node has measured last.</summary>
    public MetricSnapshot Latest => _seen.Metrics?.Latest ?? MetricSnapshot.Empty;

    /// <summary>Looks at a node, from now on. To be called once it has started.</summary>
    public void Begin(StreamLearnNode node)
    {
        var capacity = Math.Clamp(MostMoments / Math.Max(1, node.Pipelines.Count), FewestMoments, MostMomentsOfOne);
        var histories = node.Pipelines.ToDictionary(
            pipeline => pipeline.Definition.Name,
            pipeline => new PipelineHistory(pipeline.Definition.Name, pipeline.Definition.Plan.TaskName, capacity));
        node.Metrics?.Listen(snapshot =>
        {
            foreach (var history in histories.Values)
            {
                history.Add(snapshot);
            }
        });
        _seen = new Seen(node.Pipelines, node.Metrics, histories);
    }

    /// <summary>What the node has measured of a pipeline after a time, the oldest first.</summary>
    public IReadOnlyList<PipelineMoment> MomentsAfter(string pipeline, DateTimeOffset after) =>
        _seen.Histories.TryGetValue(pipeline, out var history) ? history.After(after) : [];

    /// <summary>Keys of a pipeline, and how they stand; up to a second old.</summary>
    /// <param name="pipeline">Its name.</param>
    /// <param name="search">Which keys; at most <see cref="MostKeys"/>.</param>
    public Task<KeyList> FindAsync(string pipeline, KeySearch search)
    {
        if (_lists.Count > MostLists)
        {
            _lists.Clear();
        }

        var bounded = search with { Most = Math.Clamp(search.Most, 0, MostKeys) };
        return _lists.GetOrAdd((pipeline, bounded), key => new SharedAnswer<KeyList>(() => ListAsync(key.Pipeline, key.Search), ListLifetime, time)).GetAsync();
    }

    /// <summary>What is seen of a key.</summary>
    /// <param name="pipeline">Its pipeline.</param>
    /// <param name="key">The key, UTF-8.</param>
    /// <param name="partition">Its partition; null: not known.</param>
    /// <param name="after">What the last answer said; <see cref="WatchKey.Everything"/> at first.</param>
    /// <returns>Null: nobody knows such a key now.</returns>
    public async Task<WatchedPoints?> WatchAsync(string pipeline, byte[] key, int? partition, long after)
    {
        if (Find(pipeline) is not { } running || !HasLearners(running))
        {
            return null;
        }

        var definition = running.Definition;
        var name = (pipeline, Convert.ToHexString(key));
        IEnumerable<BucketId> places = partition is { } known ? known < definition.Partitions && known >= 0 ? [KeyPlaces.In(definition, known, key)] : []
            : _places.TryGetValue(name, out var place) ? [place]
            : KeyPlaces.Of(definition, key);
        var answers = await AskAsync<WatchedPoints>(running, places, bucket => new WatchKey(bucket, key, after)).ConfigureAwait(false);
        if (answers.FirstOrDefault(answer => answer.IsKnown) is not { } found)
        {
            _places.TryRemove(name, out _);
            return null;
        }

        if (_places.Count > MostPlaces)
        {
            _places.Clear();
        }

        _places[name] = found.Bucket;
        return found;
    }

    private RunningPipeline? Find(string pipeline) => Pipelines.FirstOrDefault(running => running.Definition.Name == pipeline);

    private async Task<KeyList> ListAsync(string pipeline, KeySearch search)
    {
        if (Find(pipeline) is not { } running || !HasLearners(running))
        {
            return KeyList.Empty;
        }

        var all = KeyPlaces.All(running.Definition).ToList();
        var answers = await AskAsync<FoundKeys>(running, all, bucket => new FindKeys(bucket, search)).ConfigureAwait(false);
        var loaded = answers.Where(answer => answer.TotalKeys >= 0).ToList();
        var keys = loaded.SelectMany(answer => answer.Keys.Select(key => new ListedKey(answer.Bucket, key)));
        var ordered = search.Order == KeyOrder.Name
            ? keys.OrderBy(key => key.Standing.Key, ByBytes).ThenBy(key => key.Bucket.Partition)
            : keys.OrderByDescending(key => double.IsNaN(key.Standing.Rank) ? double.NegativeInfinity : key.Standing.Rank).ThenBy(key => key.Standing.Key, ByBytes);
        IReadOnlyList<ListedKey> first = [.. ordered.Take(search.Most)];
        Foresee(running, first, loaded.Sum(answer => answer.TotalKeys));
        return new KeyList(
            loaded.Sum(answer => answer.TotalKeys), loaded.Sum(answer => answer.Matching), all.Count - answers.Count, first,
            [.. loaded.SelectMany(answer => answer.Events.Select(one => new ListedEvent(answer.Bucket.Partition, one)))
                .OrderByDescending(one => one.Event.Time).ThenByDescending(one => one.Event.Offset).Take(MostEvents)]);
    }

    /// <summary>Of a pipeline with few keys, somebody who looks at their list will look at one of them next: it is to have something to show.</summary>
    private void Foresee(RunningPipeline pipeline, IReadOnlyList<ListedKey> keys, int total)
    {
        var name = pipeline.Definition.Name;
        if (total > MostForeseen || (_foreseen.TryGetValue(name, out var last) && last.Keys == total && time.GetElapsedTime(last.Timestamp) < ForeseeEvery))
        {
            return;
        }

        _foreseen[name] = (time.GetTimestamp(), total);
        foreach (var key in keys.GroupBy(key => key.Bucket).SelectMany(bucket => bucket.Take(MostForeseenOfBucket)))
        {
            // Nobody waits for the answer, which is empty.
            pipeline.Buckets.Tell(new WatchKey(key.Bucket, key.Standing.Key, long.MaxValue), ActorRefs.NoSender);
        }
    }

    private static async Task<IReadOnlyList<TAnswer>> AskAsync<TAnswer>(RunningPipeline pipeline, IEnumerable<BucketId> buckets, Func<BucketId, IBucketMessage> question)
        where TAnswer : class
    {
        var answers = new ConcurrentBag<TAnswer>();
        await Parallel.ForEachAsync(
            buckets.Take(MostBuckets), new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce },
            async (bucket, cancellation) =>
            {
                try
                {
                    answers.Add(await pipeline.Buckets.Ask<TAnswer>(question(bucket), AnswerLimit, cancellation).ConfigureAwait(false));
                }
                catch (Exception exception) when (exception is AskTimeoutException or SchedulerException)
                {
                    // It is busy, or moves, or is gone with its node; or this node is about to end. It is asked again.
                }
            }).ConfigureAwait(false);
        return [.. answers];
    }

    /// <summary>Whether somebody could answer: questions to nobody would wait in the region.</summary>
    private static bool HasLearners(RunningPipeline pipeline)
    {
        var system = pipeline.System;
        var cluster = Akka.Cluster.Cluster.Get(system);
        return !system.WhenTerminated.IsCompleted && !cluster.IsTerminated
            && cluster.State.Members.Any(member => member.Status == MemberStatus.Up && member.HasRole(PipelineRole.Of(pipeline.Definition)));
    }

    private static Comparer<byte[]> ByBytes { get; } = Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y));

    private sealed record Seen(IReadOnlyList<RunningPipeline> Pipelines, NodeMetrics? Metrics, IReadOnlyDictionary<string, PipelineHistory> Histories);
}
