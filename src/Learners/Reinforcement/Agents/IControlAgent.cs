using MessagePack;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Reinforcement.Plasticity;
using StreamLearn.Learners.Reinforcement.Replay;

namespace StreamLearn.Learners.Reinforcement.Agents;

/// <summary>Networks that act and learn from windows of a replay buffer, off-policy. When, how often and on what is not theirs. Single-threaded and deterministic; its chance is the caller's.</summary>
public interface IControlAgent : IDisposable
{
    /// <summary>Its name in configuration and stored state.</summary>
    string Kind { get; }

    /// <summary>Where it computes.</summary>
    NetworkDevice Device { get; }

    /// <summary>Updates so far.</summary>
    long Updates { get; }

    /// <summary>Windows of an update.</summary>
    int Batch { get; }

    /// <summary>What to do.</summary>
    /// <param name="seen">What is seen: numbers, or a stack of pictures.</param>
    /// <param name="exploration">How much chance there is in it: the noise's standard deviation, or the share of actions by lot; 0: none, and nothing is drawn.</param>
    /// <param name="random">Chance.</param>
    /// <param name="action">[actions], written: each from -1 to 1; or the number of the one that is taken.</param>
    void Act(in SeenObservation seen, double exploration, Xoshiro256 random, Span<float> action);

    /// <summary>An action that has nothing to do with what is seen.</summary>
    /// <param name="random">Chance.</param>
    /// <param name="action">[actions], written.</param>
    void ActAtRandom(Xoshiro256 random, Span<float> action);

    /// <summary>One gradient update of all its networks.</summary>
    /// <param name="batch">Windows; it writes how surprising each was.</param>
    /// <param name="exploration">As in <see cref="Act"/>: what the policy would do now.</param>
    /// <param name="random">Chance.</param>
    AgentUpdate Update(ReplayBatch batch, double exploration, Xoshiro256 random);

    /// <summary>How plastic its networks are, on the batch of the last update. Costs more than an update, and changes nothing.</summary>
    PlasticityReport Examine();

    /// <summary>Draws new networks, or those parts that an intervention resets; what optimisers have gathered of them is gone.</summary>
    void ResetNetworks();

    /// <summary>Freezes the critics and adds new networks to them that begin as 0 (plasticity injection); once.</summary>
    void Inject();

    /// <summary>Keeps the parameters as good ones.</summary>
    void KeepGood();

    /// <summary>The good parameters again; optimisers forget.</summary>
    void ReturnToGood();

    /// <summary>Writes its whole state.</summary>
    internal void Save(ref MessagePackWriter writer);

    /// <summary>Takes over what <see cref="Save"/> has written.</summary>
    internal void Load(ref MessagePackReader reader);
}
