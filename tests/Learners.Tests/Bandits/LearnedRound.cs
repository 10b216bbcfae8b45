namespace StreamLearn.Learners.Tests.Bandits;

/// <summary>What a learner was given to learn from.</summary>
/// <param name="Context">As <see cref="ContextText"/> has it.</param>
/// <param name="Action">The chosen action.</param>
/// <param name="Probability">With which it was chosen.</param>
/// <param name="Cost">What it cost.</param>
internal sealed record LearnedRound(string Context, int Action, double Probability, double Cost);
