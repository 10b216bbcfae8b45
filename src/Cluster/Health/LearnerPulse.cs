using Akka.Actor;

namespace StreamLearn.Cluster.Health;

/// <summary>Whether the threads that learners are stepped on live: they answer a question, or where much waits before it, they get on with that.</summary>
/// <param name="pulse">Answers on these threads: a <see cref="PulseActor"/>.</param>
/// <param name="steps">How much they have done.</param>
/// <param name="limit">Time for an answer.</param>
internal sealed class LearnerPulse(ICanTell pulse, Func<long> steps, TimeSpan limit)
{
    /// <summary>What is wrong; null: they live.</summary>
    internal async Task<string?> FeelAsync()
    {
        var before = steps();
        try
        {
            await pulse.Ask<PulseActor.Beat>(PulseActor.Beat.Instance, limit).ConfigureAwait(false);
            return null;
        }
        catch (AskTimeoutException)
        {
            return steps() != before
                ? null
                : $"the threads of its learners did not answer within {limit.TotalSeconds:0.#} s, and have done nothing meanwhile";
        }
    }
}
