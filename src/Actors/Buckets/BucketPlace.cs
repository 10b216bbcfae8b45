using Akka.Actor;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Actors.Buckets;

/// <summary>Where the entity of one bucket runs on its node, and the meter of what it costs. The entity enters when it starts and leaves when it stops,
/// also where it crashes and starts again. It is measured while it learns for an owner: one that only answers questions costs nothing that a move would spare.</summary>
public sealed class BucketPlace
{
    private readonly BucketPlaces? _node;
    private readonly string _pipeline;
    private readonly string _entity;
    private readonly int _shard;
    private readonly DeviceSlot? _slot;
    private CostMeter? _meter;

    internal BucketPlace(BucketPlaces? node, string pipeline, string entity, int shard, DeviceSlot? slot)
    {
        _node = node;
        _pipeline = pipeline;
        _entity = entity;
        _shard = shard;
        _slot = slot;
        Fleet = slot is { } device ? new FleetPlace(device.Gpu) : FleetPlace.Default;
    }

    /// <summary>On the threads that all entities share, and without a meter.</summary>
    public static BucketPlace Unmeasured { get; } = new(null, "", "", 0, null);

    /// <summary>The dispatcher of its entity.</summary>
    public string Dispatcher => _slot?.Dispatcher ?? LearnerEntity.Dispatcher;

    /// <summary>Where its learners run.</summary>
    public FleetPlace Fleet { get; }

    /// <summary>What its learners may take of the node's memory.</summary>
    internal LearnerMemory Memory => _node?.Memory ?? LearnerMemory.Unlimited;

    /// <summary>The clock.</summary>
    internal TimeProvider Time => _node?.Costs.Time ?? TimeProvider.System;

    internal void Enter(IActorRef self)
    {
        if (_node is not null)
        {
            _node.Buckets.Enter(_pipeline, _entity, self);
        }

        if (_slot is { } slot)
        {
            _node?.Slots?.Hold(_pipeline, _entity, slot);
        }
    }

    internal void Leave(IActorRef self)
    {
        Disown();
        _node?.Buckets.Leave(_pipeline, _entity, self);
        _node?.Slots?.Release(_pipeline, _entity);
    }

    /// <summary>It has an owner.</summary>
    internal void Own() => _meter ??= _node?.Costs.Enter(_pipeline, _shard);

    /// <summary>It has none any more.</summary>
    internal void Disown()
    {
        if (_meter is not null)
        {
            _node!.Costs.Leave(_pipeline, _shard);
            _meter = null;
        }
    }

    /// <summary>Work begins: what <see cref="End"/> wants to be told.</summary>
    internal long Begin() => _node?.Costs.Time.GetTimestamp() ?? 0;

    internal void End(long began)
    {
        if (_meter is { } meter)
        {
            meter.Add(_node!.Costs.Time.GetTimestamp() - began);
            if (_slot is null)
            {
                _node.Costs.AddStep();
            }
        }
    }
}
