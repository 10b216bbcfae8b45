namespace StreamLearn.Learners.Control;

/// <summary>What a <see cref="ControlRecord"/> asks for.</summary>
public enum ControlVerb : byte
{
    /// <summary>Learn no more: predict, decide and be scored with the parameters that there are.</summary>
    Freeze = 1,

    /// <summary>Learn again.</summary>
    Unfreeze = 2,
}
