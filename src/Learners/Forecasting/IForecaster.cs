using MessagePack;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Learners.Forecasting;

/// <summary>
/// A learner of the task <c>forecast</c> for one series: after each observation it says the series' value some steps ahead.
/// </summary>
/// <remarks>
/// Its owner calls, for each step of the series in order, either <see cref="Learn"/>, or <see cref="Observe"/> while it is frozen, or (for steps
/// without a record) <see cref="Skip"/>, and <see cref="Predict"/> whenever it wants. Single-threaded and deterministic: the same calls
/// on the same machine type give the same bits of state. Whatever a call does with a finite observation, the state stays finite.
/// One with networks is <see cref="IDisposable"/>, and whoever has it made disposes of it.
/// </remarks>
public interface IForecaster
{
    /// <summary>
    /// Moves to the next step, which has the observation <paramref name="observation"/>, and learns from the targets that it brings.
    /// </summary>
    /// <param name="observation">The value, in the series' own unit, then the features; all finite.</param>
    /// <param name="elapsed">Event time since the observation before, in units of the usual gap: of the task's step where it has one; 1 for
    /// the first observation. May be anything but NaN: learners that use it clamp it.</param>
    /// <returns><see cref="LearnOutcome.Refused"/> where an update would have left the model with a number that is not finite: it was
    /// undone; or where what the model says is out of all proportion, so that no update leads back. <see cref="LearnOutcome.Observed"/>
    /// where no update was due.</returns>
    LearnOutcome Learn(ReadOnlySpan<double> observation, double elapsed = 1);

    /// <summary>
    /// Moves to the next step, which has the observation, and learns nothing: parameters, optimiser, scaling and whatever else is fitted stay as they are; only
    /// what it has seen of the series, which forecasts are made from, goes on. What <see cref="Learn"/> brings later goes on from there.
    /// </summary>
    /// <param name="observation">As for <see cref="Learn"/>.</param>
    /// <param name="elapsed">As for <see cref="Learn"/>.</param>
    void Observe(ReadOnlySpan<double> observation, double elapsed = 1);

    /// <summary>Moves over <paramref name="steps"/> steps (at least 1) that have no record. Costs no more than the model's memory,
    /// however many.</summary>
    void Skip(long steps);

    /// <summary>The forecasts from the current step, one for each horizon of the task. Zero before the first observation. Changes
    /// nothing.</summary>
    void Predict(Span<double> forecasts);

    /// <summary>
    /// Keeps what it has learned as its good state, in the place of the one before, unless what it says now is no forecast. Before the
    /// first call that is what it was made with. Allocates nothing; the good state is part of its state.
    /// </summary>
    void KeepGood();

    /// <summary>
    /// Takes up the good state again, because its updates are refused one after the other: parameters as they were kept, optimiser as at
    /// the start. What it has seen of the series stays. A learner that never refuses has nothing to do, here and in
    /// <see cref="KeepGood"/>.
    /// </summary>
    void ReturnToGood();

    /// <summary>Writes the whole state, versioned.</summary>
    void Save(ref MessagePackWriter writer);

    /// <summary>Takes over a state that a learner with the same settings has saved.</summary>
    /// <exception cref="State.StateFormatException">The state is of another learner, version or size.</exception>
    void Load(ref MessagePackReader reader);
}
