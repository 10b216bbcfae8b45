using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Learners.Bandits;

/// <summary>
/// A learner of the task <c>bandit</c>: in each round it says with which probability each action is to be chosen, and later learns what the
/// chosen one has cost.
/// </summary>
/// <remarks>
/// Costs are within [0, 1], lower is better; rewards have been turned into costs before (<see cref="BanditTask"/>). Its owner draws the
/// action. Rounds may be decided before the costs of earlier ones are known, and learned in another order. Single-threaded and
/// deterministic: the same calls on the same machine type give the same bits of state; nothing is allocated in a call after the first of a
/// size. Whatever a call does with a finite context, the state stays finite.
/// </remarks>
public interface IBanditLearner
{
    /// <summary>What it expects of each action, and with which probability each is to be chosen. Changes no state, draws from no generator
    /// that is state: asked twice, it says the same bits.</summary>
    /// <param name="context">The context.</param>
    /// <param name="costs">[K], written: the expected cost of each action, allowed or not; finite, but not bound to [0, 1].</param>
    /// <param name="probabilities">[K], written: 0 for actions that are not allowed, in (0, 1] or 0 as the method has it for others; their sum is
    /// 1 but for rounding.</param>
    void Decide(in BanditContext context, Span<double> costs, Span<double> probabilities);

    /// <summary>Learns what an action has cost in a context.</summary>
    /// <param name="context">The context, as it was when it was decided on.</param>
    /// <param name="action">The chosen action.</param>
    /// <param name="probability">With which it was chosen, whoever decided; in (0, 1].</param>
    /// <param name="cost">In [0, 1].</param>
    /// <returns><see cref="LearnOutcome.Refused"/> where the update would have left a number that is not finite: it was undone.</returns>
    LearnOutcome Learn(in BanditContext context, int action, double probability, double cost);

    /// <summary>Keeps what it has learned as its good state. Allocates nothing; the good state is part of its state. Before the first call that is
    /// what it was made with.</summary>
    void KeepGood();

    /// <summary>Takes up the good state again, because its updates are refused one after the other. A learner that never refuses has nothing
    /// to do, here and in <see cref="KeepGood"/>.</summary>
    void ReturnToGood();

    /// <summary>Writes the whole state, versioned.</summary>
    void Save(ref MessagePackWriter writer);

    /// <summary>Takes over a state that a learner with the same settings has saved.</summary>
    /// <exception cref="State.StateFormatException">The state is of another learner, version or size.</exception>
    void Load(ref MessagePackReader reader);
}
