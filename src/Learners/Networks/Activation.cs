namespace StreamLearn.Learners.Networks;

/// <summary>What a hidden layer puts its linear outputs through, element by element.</summary>
public enum Activation
{
    /// <summary>x.</summary>
    Identity,

    /// <summary>max(0, x). Its derivative at 0 counts as 0.</summary>
    Relu,

    /// <summary>tanh x.</summary>
    Tanh,

    /// <summary>x / (1 + e^-x), also called swish. Ramachandran, Zoph and Le 2017.</summary>
    Silu,

    /// <summary>1.7159 tanh(0.666 x): the scaled tanh of LeCun 1998 (Efficient BackProp, 4.4), with the slope that the closed-form liquid cells use.</summary>
    LecunTanh,
}
