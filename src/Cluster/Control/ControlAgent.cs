using Akka.Actor;
using Akka.Event;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Control;

namespace StreamLearn.Cluster.Control;

/// <summary>
/// Does on a node what operators want of its pipelines: sees every second in the checkpoint store which are paused, and at once where a <see cref="ControlQuestion"/> says
/// that something has changed. While the store is away all stays as it was.
/// </summary>
internal sealed class ControlAgent : ReceiveActor, IWithTimers
{
    internal const string ActorName = "streamlearn-control";

    private const int MostCharacters = 300;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerMargin = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyDictionary<string, ControlledPipeline> _pipelines;
    private readonly ICheckpointReader _store;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    // Looks are numbered as they begin: one that has taken long is not to undo what a later one has seen.
    private long _looks;
    private long _seen;
    private bool _isLooking;

    /// <param name="pipelines">Those that run here, by name.</param>
    /// <param name="store">Knows which are paused.</param>
    /// <param name="time">The clock of time-outs.</param>
    public ControlAgent(IReadOnlyDictionary<string, ControlledPipeline> pipelines, ICheckpointReader store, TimeProvider time)
    {
        _pipelines = pipelines;
        _store = store;
        _time = time;
        Receive<Look>(_ => OnLook());
        Receive<Seen>(OnSeen);
        Receive<ControlQuestion>(OnQuestion);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Look), Look.Instance, LookEvery);

    private void OnLook()
    {
        if (!_isLooking)
        {
            _isLooking = true;
            LookAsync(null, null).PipeTo(Self);
        }
    }

    private void OnQuestion(ControlQuestion question)
    {
        if (_pipelines.ContainsKey(question.Pipeline))
        {
            LookAsync(question, Sender).PipeTo(Self);
        }
        else
        {
            Sender.Tell(new ControlAnswer(Paused: false, null, []));
        }
    }

    private async Task<Seen> LookAsync(ControlQuestion? question, IActorRef? asker)
    {
        var number = ++_looks;
        try
        {
            return new Seen(number, await _store.PausedAsync().AsTask().WaitAsync(LookLimit, _time).ConfigureAwait(false), null, question, asker);
        }
        catch (Exception exception) when (exception is CheckpointStoreException or TimeoutException or ObjectDisposedException or InvalidOperationException)
        {
            var problem = exception is TimeoutException ? $"the checkpoint store has not answered for {LookLimit.TotalSeconds:0} s" : exception.Message;
            return new Seen(number, null, problem, question, asker);
        }
    }

    private void OnSeen(Seen seen)
    {
        _isLooking &= seen.Question is not null;
        if (seen.Paused is { } paused && seen.Number > _seen)
        {
            _seen = seen.Number;
            foreach (var (name, pipeline) in _pipelines)
            {
                if (pipeline.Pause.Set(paused.Contains(name)))
                {
                    Log(name, pipeline.Pause);
                }
            }
        }

        if (seen is { Question: { } question, Asker: { } asker })
        {
            Answer(question, seen.Problem, _pipelines[question.Pipeline], asker);
        }
    }

    private void Log(string name, PauseSwitch pause)
    {
        if (pause.IsPaused)
        {
            _log.Info("Pipeline {Pipeline} is paused: nothing more of it is read here until it is resumed", name);
        }
        else
        {
            _log.Info("Pipeline {Pipeline} is resumed", name);
        }
    }

    private static void Answer(ControlQuestion question, string? problem, ControlledPipeline pipeline, IActorRef asker)
    {
        if (problem is not null || !question.Checkpoint || pipeline.Ingest is not { } ingest)
        {
            asker.Tell(new ControlAnswer(pipeline.Pause.IsPaused, problem, []));
            return;
        }

        var limit = TimeSpan.FromMilliseconds(question.LimitMilliseconds);
        ingest.Ask<CheckpointsMade>(new MakeCheckpoint(limit), limit + AnswerMargin).PipeTo(
            asker, ActorRefs.NoSender,
            made => new ControlAnswer(pipeline.Pause.IsPaused, null, [.. made.Partitions.Select(one => new ControlledPartition(one.Partition, one.Next, Short(one.Problem)))]),
            _ => new ControlAnswer(pipeline.Pause.IsPaused, "its ingest has stopped", []));
    }

    private static string? Short(string? problem) => problem is { Length: > MostCharacters } ? problem[..MostCharacters] + " ..." : problem;

    private sealed record Look
    {
        internal static readonly Look Instance = new();
    }

    private sealed record Seen(long Number, IReadOnlyList<string>? Paused, string? Problem, ControlQuestion? Question, IActorRef? Asker);
}
