using Akka.Actor;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Measures;

namespace StreamLearn.Actors.Metrics;

/// <summary>
/// Asks the buckets of this node, again and again, how their learners stand, and puts the answers together. A bucket answers between two chunks, one that is busy
/// later, and is not asked again before. What it keeps is bounded by the buckets that live here.
/// </summary>
public sealed class MetricsCollector : ReceiveActor, IWithTimers
{
    private readonly IReadOnlyList<PipelineDefinition> _pipelines;
    private readonly LocalBuckets _buckets;
    private readonly MetricsCollectorOptions _options;
    private readonly Action<IReadOnlyList<PipelineMeasures>> _publish;
    private readonly Dictionary<IActorRef, Asked> _asked = [];

    // Who has asked and is to be told when all is together.
    private readonly List<IActorRef> _waiting = [];
    private bool _isGathering;

    /// <param name="pipelines">Which pipelines.</param>
    /// <param name="buckets">The entities that live here.</param>
    /// <param name="options">How often, and which keys alone.</param>
    /// <param name="publish">Takes what has been put together; on this actor's thread.</param>
    public MetricsCollector(
        IReadOnlyList<PipelineDefinition> pipelines, LocalBuckets buckets, MetricsCollectorOptions options, Action<IReadOnlyList<PipelineMeasures>> publish)
    {
        _pipelines = pipelines;
        _buckets = buckets;
        _options = options;
        _publish = publish;
        Receive<Due>(_ => AskAll());
        Receive<Collect>(_ =>
        {
            _waiting.Add(Sender);
            AskAll();
        });
        Receive<BucketMeasures>(OnAnswer);
        Receive<Patience>(_ => Publish());
        Receive<Terminated>(gone =>
        {
            _asked.Remove(gone.ActorRef);
            PublishWhenComplete();
        });
    }

    /// <summary>Asks it to ask now; <see cref="Collected"/> comes when what there is has been published.</summary>
    public sealed record Collect : INoSerializationVerificationNeeded
    {
        /// <summary>The only one.</summary>
        public static readonly Collect Instance = new();
    }

    /// <summary>It has been published.</summary>
    public sealed record Collected : INoSerializationVerificationNeeded
    {
        internal static readonly Collected Instance = new();
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make one.</summary>
    public static Props Props(
        IReadOnlyList<PipelineDefinition> pipelines, LocalBuckets buckets, MetricsCollectorOptions options, Action<IReadOnlyList<PipelineMeasures>> publish) =>
        Akka.Actor.Props.Create(() => new MetricsCollector(pipelines, buckets, options, publish));

    /// <inheritdoc/>
    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Due), Due.Instance, _options.Every);

    private void AskAll()
    {
        _isGathering = true;
        foreach (var pipeline in _pipelines)
        {
            foreach (var (name, entity) in _buckets.Of(pipeline.Name))
            {
                if (!_asked.TryGetValue(entity, out var asked))
                {
                    asked = new Asked(pipeline.Name, BucketId.Parse(name));
                    _asked.Add(entity, asked);
                    Context.Watch(entity);
                }

                if (asked.IsDue())
                {
                    entity.Tell(new GetMeasures(_options.Keys));
                }
            }
        }

        Timers.StartSingleTimer(nameof(Patience), Patience.Instance, _options.Patience);
        PublishWhenComplete();
    }

    private void OnAnswer(BucketMeasures answer)
    {
        if (_asked.TryGetValue(Sender, out var asked))
        {
            asked.Answer(answer.Fleet);
            PublishWhenComplete();
        }
    }

    private void PublishWhenComplete()
    {
        if (_isGathering && _asked.Values.All(asked => !asked.IsWaitedFor))
        {
            Publish();
        }
    }

    private void Publish()
    {
        if (!_isGathering)
        {
            return;
        }

        _isGathering = false;
        Timers.Cancel(nameof(Patience));
        _publish([.. _pipelines.Select(Together)]);
        foreach (var waiting in _waiting)
        {
            waiting.Tell(Collected.Instance);
        }

        _waiting.Clear();
    }

    private PipelineMeasures Together(PipelineDefinition pipeline)
    {
        var buckets = _asked.Values.Where(asked => asked.Pipeline == pipeline.Name).OrderBy(asked => (asked.Bucket.Partition, asked.Bucket.Bucket)).ToList();
        var answers = buckets.Where(bucket => bucket.Last is not null).Select(bucket => bucket.Last!).ToList();
        TaskMeasures? total = null;
        foreach (var answer in answers)
        {
            total ??= pipeline.Plan.CreateMeasures();
            total.Add(answer.Total);
        }

        return new PipelineMeasures(
            pipeline.Name, buckets.Count, buckets.Count(bucket => bucket.IsWaitedFor), total, 
            _options.Keys.Merge(answers.SelectMany(answer => answer.Keys), pipeline.Plan.CreateMeasures),
            answers.Sum(answer => answer.PassiveKeys));
    }

    private sealed class Asked(string pipeline, BucketId bucket)
    {
        // Of questions after which an answer is no longer waited for, but asked for again.
        private const int MostRounds = 10;

        private int _rounds;

        internal string Pipeline => pipeline;

        internal BucketId Bucket => bucket;

        internal bool IsWaitedFor { get; private set; }

        internal FleetMeasures? Last { get; private set; }

        /// <summary>One that has crashed over a question has forgotten it.</summary>
        internal bool IsDue()
        {
            if (IsWaitedFor && ++_rounds < MostRounds)
            {
                return false;
            }

            (IsWaitedFor, _rounds) = (true, 0);
            return true;
        }

        internal void Answer(FleetMeasures? fleet) => (IsWaitedFor, Last) = (false, fleet);
    }

    private sealed record Due
    {
        internal static readonly Due Instance = new();
    }

    private sealed record Patience
    {
        internal static readonly Patience Instance = new();
    }
}
