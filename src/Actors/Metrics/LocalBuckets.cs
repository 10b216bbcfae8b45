using System.Collections.Concurrent;
using Akka.Actor;

namespace StreamLearn.Actors.Metrics;

/// <summary>The entities of buckets that live on this node, for whoever wants to know how their learners stand. Thread-safe.</summary>
public sealed class LocalBuckets
{
    private readonly ConcurrentDictionary<(string Pipeline, string Entity), IActorRef> _entities = new();

    /// <summary>How many of a pipeline live here.</summary>
    public int CountOf(string pipeline) => _entities.Keys.Count(entity => entity.Pipeline == pipeline);

    internal void Enter(string pipeline, string entity, IActorRef self) => _entities[(pipeline, entity)] = self;

    internal void Leave(string pipeline, string entity, IActorRef self) => _entities.TryRemove(new((pipeline, entity), self));

    /// <summary>Those of a pipeline as of now, by name.</summary>
    internal IReadOnlyDictionary<string, IActorRef> Of(string pipeline) =>
        _entities.Where(entity => entity.Key.Pipeline == pipeline).ToDictionary(entity => entity.Key.Entity, entity => entity.Value);
}
