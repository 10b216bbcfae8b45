using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Reinforcement.Replay;

/// <summary>What one step of an environment takes in the replay buffer. Immutable.</summary>
/// <param name="Observation">Numbers of an observation, or bytes of one picture.</param>
/// <param name="Pixels">Whether observations are pictures: bytes, of which each is stored once, however many make a stack.</param>
/// <param name="Actions">Numbers of an action, at least 1.</param>
/// <param name="Stack">Pictures that make what a network sees; 1 for numbers.</param>
public sealed record StepShape(int Observation, bool Pixels, int Actions, int Stack = 1)
{
    /// <summary>Bytes of an observation.</summary>
    public int ObservationBytes => Pixels ? Observation : Observation * sizeof(float);

    /// <summary>Bytes of a step: observation, action, reward, distance to the step before, flags.</summary>
    public int StepBytes => ObservationBytes + (Actions * sizeof(float)) + sizeof(float) + sizeof(uint) + 1;

    /// <summary>Numbers (or bytes) that a network sees: a stack of observations.</summary>
    public int Seen => Observation * Stack;

    /// <summary>What it is, for messages and stored state.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{(Pixels ? $"{Stack} pictures of {Observation} bytes" : $"{Observation} numbers")}, {Actions} action{(Actions == 1 ? "" : "s")}");

    internal StepShape Checked(string path)
    {
        Require(Observation >= 1, Observation, "observation", "at least 1 number");
        Require(Actions >= 1, Actions, "actions", "at least 1");
        Require(Stack >= 1 && (Pixels || Stack == 1), Stack, "frame-stack", Pixels ? "at least 1" : "1: numbers are not stacked");
        return this;

        void Require(bool holds, int value, string name, string expected)
        {
            if (!holds)
            {
                throw new OptionException($"{path}.{name}", FormattableString.Invariant($"{value}"), expected);
            }
        }
    }
}
