using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Learners.Fleets;

/// <summary>What fleets need to make the learners of a new key, whatever their task: the pipeline's own learner, the rivals that learn and are scored
/// beside it, and what guards them.</summary>
public abstract class LearnerPlan
{
    /// <param name="learners">The pipeline's own learner, then its rivals.</param>
    /// <param name="seed">Seed of all randomness; each key and learner derives its own from it.</param>
    /// <param name="maxKeys">How many keys the pipeline may hold.</param>
    /// <param name="safety">When a learner goes back to its last good state.</param>
    private protected LearnerPlan(IReadOnlyList<LearnerChoice> learners, ulong seed, int maxKeys, SafetyOptions? safety)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(learners.Count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxKeys, 1);
        Learners = learners;
        Seed = seed;
        MaxKeys = maxKeys;
        Safety = (safety ?? new SafetyOptions()).Validate();
    }

    /// <summary>The task, as configuration names it.</summary>
    public abstract string TaskName { get; }

    /// <summary>The pipeline's own learner, then its rivals.</summary>
    public IReadOnlyList<LearnerChoice> Learners { get; }

    /// <summary>Seed of all randomness.</summary>
    public ulong Seed { get; }

    /// <summary>How many keys the pipeline may hold, over all its fleets.</summary>
    public int MaxKeys { get; }

    /// <summary>When a learner goes back to its last good state.</summary>
    public SafetyOptions Safety { get; }

    /// <summary>Whether a learner, or a rival, asks for a GPU: the setting <c>device</c> is <c>cuda</c>. With <c>auto</c> none does.</summary>
    public bool NeedsGpu => Learners.Any(learner =>
        learner.Options.Names.Contains(LearnerRegistration.DeviceOption) && learner.Options.Value(LearnerRegistration.DeviceOption) == "cuda");

    /// <summary>Where the learners with networks run on this machine, and why, by their kind: to be logged once. The plan itself is made without
    /// looking for devices; whoever runs the learners asks here first.</summary>
    /// <exception cref="Options.OptionException">A learner asks for a device that there is not here.</exception>
    public virtual IEnumerable<(string Kind, DeviceChoice Choice)> Devices() => [];

    /// <summary>What the learners' state is made with besides what all plans have, by path: stored with it, and compared at the next start.</summary>
    public abstract IEnumerable<(string Path, object Value)> Settings();

    /// <summary>How the replicas of one model, one for each partition, are averaged; null: each key has a model of its own. Of the own learner; its rivals
    /// are each replica's own.</summary>
    public virtual ReplicaOptions? Replicas => null;

    /// <summary>With replicas: the slices that a model goes in, and the bytes of the largest contribution to one.</summary>
    public virtual (int Slices, int LargestBytes) ReplicaSlices => (0, 0);

    /// <summary>What decides to which replica a record goes, all that belongs together alike: its key, unless the task knows better.</summary>
    public virtual ReadOnlySpan<byte> SpreadBy(ExampleBatch examples, int row) => examples.Key(row);

    /// <summary>A fleet without keys.</summary>
    /// <param name="maxKeys">How many keys it may hold; at least 1.</param>
    /// <param name="place">Where it runs; null: <see cref="FleetPlace.Default"/>.</param>
    /// <param name="replica">With replicas: which one it has.</param>
    public abstract ILearnerFleet CreateFleet(int maxKeys, FleetPlace? place = null, int replica = 0);

    /// <summary>How the pipeline stands, from the reports of keys of its fleets.</summary>
    public abstract TaskSummary Summarize(IEnumerable<KeyReport> keys);

    /// <summary>Measures of no keys, to add those of fleets to.</summary>
    public abstract TaskMeasures CreateMeasures();

    /// <summary>What sees the records of one key go by.</summary>
    public abstract KeyWatcher CreateWatcher();

    /// <summary>Whether what was answered last to a key is an answer to be asked for, without a record: it says what comes next. Else each is made on a record.</summary>
    public virtual bool AnswersKeys => false;

    /// <summary>What a learner, by its place, is called among those of the pipeline: its kind; a second one of a kind is <c>kind-2</c>.</summary>
    public string NameOf(int learner)
    {
        var kind = Learners[learner].Registration.Kind;
        var before = Learners.Take(learner).Count(earlier => earlier.Registration.Kind == kind);
        return before == 0 ? kind : $"{kind}-{before + 1}";
    }

    /// <summary>The horizons that its measures have, by place; a task without horizons has none.</summary>
    public virtual IReadOnlyList<int> MeasuredHorizons => [];

    /// <summary>Bytes that the report of a key takes at most in a message, nearly.</summary>
    public abstract int ReportBytes { get; }

    /// <summary>Bytes that the answer to an example takes at most in a message, with what happened to the learners.</summary>
    public abstract int AnswerBytes(ExampleBatch examples, int row);

    /// <summary>The same of the example that calls for most.</summary>
    public abstract int MostAnswerBytes { get; }

    /// <summary>With replicas: contributions that the answer to a chunk may carry. An average stands at the end of its chunk, if it has one.</summary>
    /// <param name="records">Examples of a chunk, at most.</param>
    public virtual long MostContributions(int records) => 0;

    /// <summary>Bytes that the answer to a chunk takes at most besides the answers to its examples: what comes of records that had come before.</summary>
    /// <param name="records">Examples of a chunk, at most.</param>
    public virtual long BesideAnswers(int records) => 0;

    /// <summary>Of an answer besides its numbers and what happened: status, version, end of the numbers, an eviction.</summary>
    private protected const int AnswerRestBytes = 1 + 9 + 5 + 5;

    /// <summary>A return of a learner to its last good state.</summary>
    private protected const int RecoveryBytes = 1 + 5 + 5;

    /// <summary>A number in a message.</summary>
    private protected const int NumberBytes = 9;

    /// <summary>FNV-1a over the key, started from the seed: the same key has the same generator in whatever bucket it lives.</summary>
    private protected ulong KeySeed(ReadOnlySpan<byte> key)
    {
        var hash = 0xcbf29ce484222325 ^ (Seed * 0x9e3779b97f4a7c15);
        foreach (var b in key)
        {
            hash = (hash ^ b) * 0x100000001b3;
        }

        return hash;
    }
}
